=
bad 1 hour
| <!DOCTYPE html><html lang="en"><head><title>Agenda Center • Brackett County, GA • CivicEngage</title></head><body class="wide"><div class="siteWrap"><div id="bodyHeader"><ol class="mainNav"><li><a href="/9/Government">Government</a></li><li><a href="/27/Departments">Departments</a></li><li><a href="/101/Community">Community</a></li></ol></div><div class="graphicButtonBar"><a href="/list.aspx">Notify Me</a><a href="/pay">Pay Online</a></div><div id="breadCrumbs"><ol><li><a href="/">Home</a></li><li>Agenda Center</li></ol></div><div id="moduleContent"><h1>Agenda Center</h1><p>Agendas are posted prior to the meetings. Minutes are available following approval.</p><div class="spinner">Loading…</div></div><div id="featureColumn"><div class="widget"><h2>Contact Us</h2><p>Clerk of the Board<br>912-555-0177</p></div></div><div id="cpFooter"><p>Government Websites by CivicPlus®</p></div></div></body></html>
noise 1 hour
bad 1 day, status 503
| <html><head><title>Service Unavailable</title></head><body><h2>Service Unavailable</h2><hr><p>HTTP Error 503. The service is unavailable.</p></body></html>
noise 1 hour
news 1 hour "Mar 18, 2026"
- <strong>Mar 17, 2026</strong>
+ <strong>Mar 18, 2026</strong>
