=
news 14 days "Monday, April 6, 2026, 6:00 p.m."
- Agenda - Select Board 2026-03-16
+ Agenda - Select Board 2026-04-06
- Monday, March 16, 2026, 6:00 p.m.
+ Monday, April 6, 2026, 6:00 p.m.
- Minutes of March 2
+ Minutes of March 16
- Fire Chief: purchase of a pumper, not to exceed $612,000
+ Road Commissioner: salt shed bids
- Sewer rates, discussion
+ Sewer rates, vote
noise 1 day
bad 1 day
| <html><head><title>Agenda - Select Board 2026-04-06</title></head><body><div class="WordSection1"><p><b>TOWN OF PENDLE</b></p><p><b>SELECT BOARD AGENDA</b></p><p>Monday, Ap
noise 1 hour
