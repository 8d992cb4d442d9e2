[[late]] each load: <div id="cookie"><p>We use 7 cookies</p></div> | <div id="cookie"><p>We use 9 cookies</p></div>
=
noise 1 day
noise 1 day
news 1 day "Jackson Ferry"
- <li><p>Kettle Rock</p></li>
+ <li><p>Jackson Ferry</p></li><li><p>Kettle Rock</p></li>
news 1 day "Clay Fork County (under review)"
- <p>Clay Fork County</p>
+ <p>Clay Fork County (under review)</p>
