[[fine]] each load: 8 guests and 0 members on the site | 12 guests and 1 member on the site | 5 guests and 0 members on the site
=
noise 1 hour
noise 1 hour
news 1 hour "225-555-0162"
- 225-555-0102
+ 225-555-0162
noise 1 hour
