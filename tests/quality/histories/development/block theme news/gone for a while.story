=
bad 10 minutes, status 502
| <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
noise 10 minutes
bad 1 day
| <!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>(function(){window._cf_chl_opt={cvId:'3',cZone:'sheriff.example.gov'};})();</script></body></html>
noise 10 minutes
bad 1 day
| <!DOCTYPE html><html lang="en-US"><head><title>Jail &#8211; Sheriff of Trask County</title></head><body><header><p class="wp-block-site-title"><a href="/">Sheriff of Trask County</a></p></header><main><h1>Jail</h1><p>Visits are on Saturdays from 9 to 11 and must be booked.</p><p>Money can be left at the kiosk in the lobby.</p><p>Property is held for thirty days.</p></main><div class="foot"><p>Dial 911 in an emergency</p></div></body></html>
noise 10 minutes
news 1 day "Bookings fell to 4,181"
- 4,118
+ 4,181
