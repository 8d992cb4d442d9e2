[[side]] each load: <B>Visitors</B><BR>0048213 | <B>Visitors</B><BR>0048214 | <B>Visitors</B><BR>0048219 | <B>Visitors</B><BR>0048233
[[foot]] each load: Court is in session in 3 rooms. | Court is in session in 2 rooms. | Court is in session in 5 rooms.
=
noise 1 hour
noise 1 hour
noise 1 hour
noise 1 hour
news 1 hour "transferred 7 persons"
- transferred 6 persons
+ transferred 7 persons
