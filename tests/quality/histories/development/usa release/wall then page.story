=
bad 1 day
| <!DOCTYPE html><html><head><title> </title><meta http-equiv="refresh" content="5; URL='/news/x?bm-verify=AAQAAAAJ_____8fY'" /></head><body><noscript>Please enable JavaScript</noscript></body></html>
noise 1 hour
bad 1 day, status 403
| <HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access this page.<P>Reference&#32;&#35;18&#46;4d3e1102&#46;1772200000&#46;1b2c3d4e</BODY></HTML>
noise 1 hour
bad 1 day
| <html><head><title>Bureau of Custody Standards</title></head><body><h1>Bureau of Custody Standards</h1><p>We keep custody safe and fair.</p><h2>What we do</h2><p>Inspect, publish, correct.</p><h2>Latest</h2><ul><li>Bureau closes its Yakima field office</li><li>New rule on use of restraints</li></ul></body></html>
noise 1 hour
news 1 day "The case was investigated by the Office of Inspector General and the FBI."
- by the Office of Inspector General.
+ by the Office of Inspector General and the FBI.
