[[side]] each load: <div class="poll"><h3>Was this report useful?</h3><p>1,283 votes</p></div> | <div class="poll"><h3>Was this report useful?</h3><p>1,285 votes</p></div> | <div class="poll"><h3>Was this report useful?</h3><p>1,301 votes</p></div> | <div class="poll"><h3>Was this report useful?</h3><p>1,299 votes</p></div>
[[top]] each load: <div class="crumb">Build 2026.03.02.4</div> | <div class="crumb">Build 2026.03.03.1</div>
=
noise 1 day
noise 1 day
noise 1 day
noise 1 day
news 1 day "Hale County Jail | 64 | 60 | 4"
- <tr><td>Garrity County Jail
+ <tr><td>Hale County Jail</td><td>64</td><td>60</td><td>4</td><td>02/02/2026</td></tr><tr><td>Garrity County Jail
