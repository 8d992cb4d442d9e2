=
bad 1 hour
| <!DOCTYPE html><html><head><title>Application error</title></head><body><div id="__next"><div style="text-align:center"><h2>Application error: a client-side exception has occurred (see the browser console for more information).</h2></div></div></body></html>
noise 1 hour
bad 1 hour, status 429
| Too many requests
noise 1 hour
news 1 hour "Cellwave Communications LLC"
- Cellwave Communications
+ Cellwave Communications LLC
