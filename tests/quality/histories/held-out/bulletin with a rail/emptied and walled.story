=
bad 1 hour
| <!DOCTYPE html><html lang="en"><head><title>Bulletin - Tri-County Jail Authority</title></head><body class="v4"><div class="mast"><h2>Tri-County Jail Authority</h2></div><div class="two"><div class="two__a"><h1>Bulletin</h1><p>Loading</p></div><div class="two__b"><h4>Write to us</h4><p>PO Box 90, Harlow</p></div></div></body></html>
noise 1 hour
bad 1 hour
| <html><head><title>Human Verification</title></head><body><script>window.awsWafCookieDomainList=[];window.gokuProps={"key":"AQ"};</script><div id="challenge-container"></div></body></html>
noise 1 hour
news 1 hour "44 beds"
- 40 beds
+ 44 beds
