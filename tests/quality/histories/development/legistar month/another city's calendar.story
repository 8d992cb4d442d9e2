=
bad 1 hour
| <html><head><title>County of Harlan Flats - Calendar</title></head><body><form id="aspnetForm"><div><a href="/">Harlan Flats</a></div><h2>Upcoming Meetings</h2><table class="rgMasterTable"><thead><tr><th>Name</th><th>Meeting Date</th><th>Meeting Time</th><th>Meeting Location</th></tr></thead><tbody><tr><td>Board of Supervisors</td><td>3/16/2026</td><td>10:00 AM</td><td>Courthouse, 1st floor</td></tr><tr><td>Airport Authority</td><td>3/17/2026</td><td>1:00 PM</td><td>Terminal conference room</td></tr><tr><td>Water Board</td><td>3/20/2026</td><td>8:30 AM</td><td>Plant No. 2</td></tr></tbody></table><div>3 records</div></form></body></html>
noise 1 hour
news 1 day "City Council | 3/24/2026 | CANCELED"
- <td>3/24/2026</td><td>6:30 PM</td>
+ <td>3/24/2026</td><td>CANCELED</td>
