[[tail]] each load: # exported [[at]] | # exported [[at]]
[[at]] each load: time %Y-%m-%d %H:%M:%S
=
noise 1 day
noise 1 day
news 1 day "1890000"
- 1840000
+ 1890000
noise 1 day
