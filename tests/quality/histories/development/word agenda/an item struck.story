[[foot]] each load: Last Modified: [[at]] GMT
[[at]] each load: time %a, %d %b %Y %H:%M:%S
=
noise 1 hour
noise 1 hour
news 1 hour
- <p class="MsoNormal">5.<span style="mso-tab-count:1">&nbsp;&nbsp;&nbsp;</span>Sewer rates, discussion</p>
+ 
news 1 hour "not to exceed $621,000"
- $612,000
+ $621,000
