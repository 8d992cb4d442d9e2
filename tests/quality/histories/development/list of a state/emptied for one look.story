=
bad 1 hour
| <!DOCTYPE html><html lang="en-US"><head><title>Jurisdictions Found Out of Compliance — State Office of Local Affairs</title></head><body><header><div class="header-title-text"><a href="/">State Office of Local Affairs</a></div><div><a href="/who">Who we are</a></div><div><a href="/press-1">Press</a></div></header><main><h1>Jurisdictions Found Out of Compliance</h1><p>The following local governments have policies that the Office has found to conflict with Section 14-6 of the Code. Published February 9, 2026.</p><h3>Counties</h3><h3>Cities and towns</h3><p>A jurisdiction may ask for review by writing to compliance@example.gov.</p></main><footer class="sections"><p>100 Capitol Way</p></footer></body></html>
noise 1 hour
bad 1 day
| <html><head><title>Log in - State Office of Local Affairs</title></head><body><form action="/config/login"><h1>Log in</h1><input type="email" name="e"><input type="password" name="p"><button>Log in</button></form></body></html>
noise 1 hour
news 1 hour "Published February 23, 2026."
- Published February 9, 2026.
+ Published February 23, 2026.
