[[top]] each load: <div id="idle">Your session will expire in 19:58</div> | <div id="idle">Your session will expire in 19:59</div> | <div id="idle">Your session will expire in 20:00</div> | <div id="idle">Your session will expire in 19:57</div>
[[foot]] each load: <span>Server: CALWEB03</span> | <span>Server: CALWEB01</span> | <span>Server: CALWEB07</span>
=
noise 1 day
noise 1 day
noise 1 day
noise 1 day
news 1 day "View.ashx?M=A&ID=1290101"
- <td>Not available</td>
+ <td><a href="View.ashx?M=A&amp;ID=1290101">Agenda</a></td>
