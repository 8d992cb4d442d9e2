=
news 1 day "January | 198,250 | 97,412 | 21,460"
- 21,640
+ 21,460
news 1 day "January | 198,250 | 97,412 | 21,640"
- 21,460
+ 21,640
bad 1 day, status 504
| upstream request timeout
noise 1 hour
