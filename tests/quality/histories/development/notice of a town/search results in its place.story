=
bad 1 day
| <!DOCTYPE html><html lang="en"><head><title>Search – Town of Marlow</title></head><body class="oc-page"><header><a href="/Home">Town of Marlow</a><div class="search-box"><label>Search</label></div></header><div class="breadcrumb-wrapper"><span>Home</span> <span>Search</span></div><div id="main-content"><h1>Search</h1><p>Enter a word to find pages, forms and minutes.</p><p>Popular words: dump, dog, mooring, excise.</p></div><footer><div>Town of Marlow, 3 Common Street</div></footer></body></html>
noise 1 hour
bad 1 day
| <!DOCTYPE html><html lang="en"><head><title>Mooring Permits – Town of Marlow</title></head><body class="oc-page"><header><a href="/Home">Town of Marlow</a><div class="search-box"><label>Search</label></div></header><div class="breadcrumb-wrapper"><span>Home</span> <span>Harbor</span></div><div id="main-content"><h1>Mooring Permits</h1><p>Permits for 2026 can be had from the Harbor Master from April 1. The fee is $55 for residents and $140 for others.</p><p>The waiting list has 88 names.</p></div><footer><div>Town of Marlow, 3 Common Street</div></footer></body></html>
noise 1 hour
news 1 day "weekdays 8 to 3"
- weekdays 9 to 3
+ weekdays 8 to 3
