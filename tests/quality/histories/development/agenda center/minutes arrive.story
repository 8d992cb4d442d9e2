[[foot]] each day: <p>You are reading this on [[day]].</p> | <p>You are reading this on [[day]].</p>
[[day]] each day: time %A %d %B %Y
=
noise 1 day
noise 1 day
news 1 day "_01082026-580"
- Hearing on setback rules</a></p></td><td class="minutes"></td>
+ Hearing on setback rules</a></p></td><td class="minutes"><a href="/AgendaCenter/ViewFile/Minutes/_01082026-580">Minutes</a></td>
noise 1 day
