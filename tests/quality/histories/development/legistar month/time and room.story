[[token]] each load: number 1000000 9999999
[[today]] each day: time %A, %B %d, %Y
=
noise 1 day
news 1 day "5:00 PM"
- <td>3/19/2026</td><td>4:00 PM</td>
+ <td>3/19/2026</td><td>5:00 PM</td>
noise 1 day
news 1 day "Room 120"
- Room 305
+ Room 120
