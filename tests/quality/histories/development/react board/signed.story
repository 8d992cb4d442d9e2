[[build]] each load: number 100000 999999
[[user]] each load: 3 editors online now | 5 editors online now | 2 editors online now
=
noise 1 hour
noise 1 hour
news 1 hour "Signed"
- Awaiting signature
+ Signed
noise 1 hour
