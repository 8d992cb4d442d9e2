[[foot]] each load: <p>128 people found this page helpful</p> | <p>129 people found this page helpful</p> | <p>131 people found this page helpful</p> | <p>140 people found this page helpful</p>
[[top]] each load: <!-- cached --> | <!-- generated in 0.412 s -->
=
noise 1 day
noise 1 day
noise 1 day
news 1 day "From May 1 the jail"
- From April 1 the jail
+ From May 1 the jail
