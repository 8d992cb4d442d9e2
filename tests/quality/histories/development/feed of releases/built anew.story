[[built]] each load: time %a, %d %b %Y %H:%M:%S
[[ttl]] each load: 30 | 60
[[build]] each load: 5.1.1120 | 5.1.1121
=
noise 1 hour
noise 1 hour
news 1 hour "Grand jury reviews jail deaths"
- <item><title>Jury convicts former bailiff
+ <item><title>Grand jury reviews jail deaths</title><link>https://www.example.gov/news/26-33</link><guid isPermaLink="false">26-33</guid><pubDate>Mon, 02 Mar 2026 17:00:00 GMT</pubDate><description>Four deaths since 2024.</description></item><item><title>Jury convicts former bailiff
noise 1 hour
