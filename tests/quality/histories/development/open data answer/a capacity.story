[[took]] each load: number 3 90
[[node]] each load: 7f9c | 51ab | c0de | 9e12
[[now]] each load: time %Y-%m-%dT%H:%M:%S
=
noise 1 hour
noise 1 hour
news 1 hour "700"
- "capacity": 640
+ "capacity": 700
noise 1 hour
