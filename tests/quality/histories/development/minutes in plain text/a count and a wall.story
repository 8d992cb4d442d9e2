=
bad 1 day
| Not Found
noise 1 hour
news 1 day "317 persons in custody"
- 311 persons in custody
+ 317 persons in custody
