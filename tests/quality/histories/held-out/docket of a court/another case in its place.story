=
bad 1 day
| <html><head><title>Docket 2:25-cr-01102</title></head><body><h2>United States District Court</h2><h1>United States v. Orlan Teague</h1><p>Judge: Hon. Morris Feld<br>Filed: 11/03/2025</p><table border="0"><tr><th>No.</th><th>Date</th><th>Entry</th></tr><tr><td>1</td><td>11/03/2025</td><td>INDICTMENT</td></tr><tr><td>3</td><td>11/10/2025</td><td>PLEA of not guilty</td></tr></table></body></html>
noise 1 hour
news 1 day "Judge: Hon. Silas Monk"
- Hon. Paloma Reyes-Whitt
+ Hon. Silas Monk
