=
bad 1 hour
| <?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Attorney for the District: News</title><link>https://www.example.gov/news</link><item><title>Jury convicts former bai
noise 1 hour
news 1 day "Thirteen charged in benefits scheme"
- Twelve charged
+ Thirteen charged
