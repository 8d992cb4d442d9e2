[[foot]] each load: Printed [[at]]
[[at]] each load: time %m/%d/%Y %I:%M %p
=
noise 1 day
noise 1 day
news 1 day "within 48 hours"
- within 24 hours
+ within 48 hours
noise 1 day
