=
bad 1 hour
| <!doctype html><html lang="en"><head><title>Detainer Activity by Facility | Office of Jail Statistics</title></head><body><div class="brand">Office of Jail Statistics</div><div class="tools"><a href="/glossary">Glossary</a> <a href="/download.csv">Download</a></div><div class="content" id="c"><h1>Detainer Activity by Facility</h1><p class="lede">Requests received and honored in the quarter that ended December 31, 2025.</p><table class="dataTable"><thead><tr><th>Facility</th><th>Received</th><th>Honored</th><th>Declined</th><th>Last report</th></tr></thead><tbody><tr><td>Ashby County Jail</td><td>112</td><td>97</td><td>15</td><td>01/14/2026</td></tr></tbody></table><p class="note">Facilities marked with an asterisk report late.</p><h2>Method</h2><p>Counts are of forms I-247A as logged by each facility.</p></div><div class="base"><p>Questions: jailstats@example.gov</p></div></body></html>
noise 1 hour
bad 1 day
| <!doctype html><html lang="en"><head><title>Detainer Activity by Facility | Office of Jail Statistics</title></head><body><div class="brand">Office of Jail Statistics</div><div class="content"><h1>Detainer Activity by Facility</h1><p class="lede">Requests received and honored in the quarter that ended Dec
noise 1 hour
news 1 day "Requests received and honored in the quarter that ended March 31, 2026."
- ended December 31, 2025.
+ ended March 31, 2026.
