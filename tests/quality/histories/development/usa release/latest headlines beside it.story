[[side]] each load: pick 3 | <article><h3><a href="/n/1">Bureau closes its Yakima field office</a></h3></article> | <article><h3><a href="/n/2">New rule on use of restraints</a></h3></article> | <article><h3><a href="/n/3">Statement on the shutdown</a></h3></article> | <article><h3><a href="/n/4">Audit of telephone contracts finished</a></h3></article> | <article><h3><a href="/n/5">Director visits three counties</a></h3></article>
[[foot]] each load: <p>Page last crawled for search: 02/25/2026 04:12</p> | <p>Page last crawled for search: 03/01/2026 04:12</p>
=
noise 1 hour
noise 1 hour
noise 1 hour
noise 1 hour
news 1 hour "Each man faces up to ten years"
- Each man faces up to five years
+ Each man faces up to ten years
