=
bad 1 day
| <!DOCTYPE html><html lang="en"><head><title>Library Visits - Open Larchmont</title></head><body><div class="gh"><a href="/">Open Larchmont</a></div><div id="app-root"><section class="story"><h1>Library Visits</h1><p>Counts are taken at the door.</p><table><caption>Visits</caption><tr><th>Branch</th><th>Visits</th></tr><tr><td>Main</td><td>40,118</td></tr><tr><td>Elm</td><td>12,900</td></tr></table></section></div></body></html>
noise 1 hour
news 1 day "the DEA and the FBI"
- and the DEA.
+ and the DEA and the FBI.
