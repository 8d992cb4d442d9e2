[[cards]] each load: pick 3 | <div class="tile"><h4>Potholes filled</h4></div> | <div class="tile"><h4>Library visits</h4></div> | <div class="tile"><h4>Water use by ward</h4></div> | <div class="tile"><h4>Tree canopy</h4></div> | <div class="tile"><h4>Fire response times</h4></div> | <div class="tile"><h4>Permits issued</h4></div>
[[foot]] each load: Rendered in 212 ms | Rendered in 187 ms | Rendered in 340 ms
=
noise 1 day
noise 1 day
noise 1 day
news 1 day "February | 201,777"
- <tr><td>January</td><td>198,250</td><td>97,412</td><td>21,640</td></tr>
+ <tr><td>January</td><td>198,250</td><td>97,412</td><td>21,640</td></tr><tr><td>February</td><td>201,777</td><td>95,300</td><td>24,118</td></tr>
noise 1 day
