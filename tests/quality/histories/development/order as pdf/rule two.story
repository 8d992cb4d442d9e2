=
bad 1 day, status 200
| <html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>Your support ID is: 8123405977612234561<br></body></html>
noise 1 hour
news 1 day "unless a judge of this state has signed a warrant"
- a judge has signed
+ a judge of this state has signed
news 1 day "Effective: April 1, 2026"
- Effective: March 1, 2026
+ Effective: April 1, 2026
