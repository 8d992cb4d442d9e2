[[cell]] each load: <i>Live stream: 4 watching</i> | <i>Live stream: 11 watching</i> | <i>Live stream: 2 watching</i> | <i>Live stream: 19 watching</i>
=
noise 1 hour
noise 1 hour
noise 1 hour
news 1 hour "(third reading and vote)"
- (second reading)
+ (third reading and vote)
noise 1 hour
