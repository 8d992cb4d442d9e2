[[band]] each load: <div class="band"><em>Bail can be paid online</em></div> | <div class="band"><em>Report a scam call</em></div> | <div class="band"><em>We are hiring officers</em></div> | <div class="band"><em>Leave a deposit by phone</em></div> | <div class="band"><em>Video visits: how to</em></div>
[[end]] each day: <p>As of [[day]] the census is posted at the desk.</p> | <p>As of [[day]] the census is posted at the desk.</p>
[[day]] each day: time %B %d, %Y
=
noise 1 day
noise 1 day
news 1 day "$114 a day"
- $104 a day
+ $114 a day
noise 1 day
news 1 day "March 5"
- <article><h3>Contract beds
+ <article><h3>Board meets in closed session</h3><span class="when">March 5</span></article><article><h3>Contract beds
