=
bad 10 minutes
| <html><head><title>City of Calloway Springs - Calendar</title></head><body><form id="aspnetForm"><div id="ctl00_headerContainer"><a href="/">Calloway Springs</a></div><ul class="rtsUL"><li><a href="Legislation.aspx">Legislation</a></li><li><a href="Calendar.aspx">Calendar</a></li><li><a href="Departments.aspx">Boards</a></li></ul><h2>Upcoming Meetings</h2><table class="rgMasterTable"><thead><tr><th>Name</th><th>Meeting Date</th><th>Meeting Time</th><th>Meeting Location</th><th>Meeting Details</th><th>Agenda</th></tr></thead><tbody><tr><td colspan="6">No records to display.</td></tr></tbody></table><div id="ctl00_divBottom">0 records</div></form></body></html>
noise 10 minutes
bad 1 day
| <html><head><title>Runtime Error</title></head><body><span><h1>Server Error in '/' Application.<hr></h1><h2><i>Runtime Error</i></h2></span></body></html>
noise 10 minutes
news 1 day "Immigrant Affairs Commission | 3/25/2026"
- <td>3/18/2026</td>
+ <td>3/25/2026</td>
