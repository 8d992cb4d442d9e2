[[stamp]] each load: Retrieved from the clerk's system on [[at]] | Retrieved from the clerk's system on [[at]]
[[at]] each load: time %m/%d/%Y %H:%M
[[fee]] each load: Queries today: 2,118 | Queries today: 2,240 | Queries today: 1,906 | Queries today: 2,555
=
noise 3 hours
noise 3 hours
noise 3 hours
news 3 hours "14 | 03/02/2026 | REPLY in support"
- <td>RESPONSE in opposition</td></tr>
+ <td>RESPONSE in opposition</td></tr><tr><td>14</td><td>03/02/2026</td><td>REPLY in support</td></tr>
noise 3 hours
