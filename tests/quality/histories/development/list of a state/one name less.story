[[more]] each load: <div class="summary-v2-block"><div class="summary-item">Workshop: records retention</div></div> | <div class="summary-v2-block"><div class="summary-item">Grant window opens</div></div> | <div class="summary-v2-block"><div class="summary-item">Model ordinance library</div></div> | <div class="summary-v2-block"><div class="summary-item">Annual convening in Lyle</div></div>
=
noise 6 hours
noise 6 hours
noise 6 hours
news 6 hours
- <li><p>Ione</p></li>
+ 
noise 6 hours
