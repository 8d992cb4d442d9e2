[[who]] each load: 4 people have this open | 7 people have this open | 1 person has this open | 12 people have this open
[[base]] each load: Node b2 | Node a1 | Node c9
=
noise 1 hour
noise 1 hour
noise 1 hour
news 1 hour "unless it is accompanied by a warrant signed by a federal judge"
- by a warrant signed by a judge.
+ by a warrant signed by a federal judge.
noise 1 hour
