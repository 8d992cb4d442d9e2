=
news 1 day "26-0085"
- 26-0084,Pike
+ 26-0085,Pike
- 26-0080,St. Brendan Health
+ 26-0080,Saint Brendan Health
bad 1 day
| <html><head><title>Sign in</title></head><body><h1>Sign in</h1><form><input type="password"></form></body></html>
noise 1 hour
