=
news 1 day "ORDER setting hearing for 03/26/2026 at 10:00 AM"
- 03/19/2026
+ 03/26/2026
noise 1 day
bad 1 day, status 503
| <html><body><h1>System unavailable</h1></body></html>
noise 1 hour
bad 1 day
| <html><head><title>Docket 2:26-cv-00417</title></head><body><h2>United States District Court</h2><h1>State of Jefferson v. Department of Homeland Security</h1><p>Judge: Hon. Paloma Reyes-Whitt<br>Filed: 02/11/2026</p><table border="0"><tr><th>No.</th><th>Date</th><th>En
noise 1 hour
