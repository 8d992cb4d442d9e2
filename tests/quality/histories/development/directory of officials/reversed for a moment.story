=
noise 1 day
| <!DOCTYPE html><html><head><meta charset="utf-8"><title>Elected Officials : Gaines Parish</title></head><body><div class="topnav"><a href="/">Gaines Parish</a></div><div class="wrap"><h1>Elected Officials</h1><div class="people"><div class="person"><h3>Emile Roy</h3><div>Council, District B</div><div>225-555-0106</div></div><div class="person"><h3>Bettye Simms</h3><div>Assessor</div><div>225-555-0103</div></div><div class="person"><h3>Ouida Landry</h3><div>Parish President</div><div>225-555-0101</div></div><div class="person"><h3>Dolores Pitre</h3><div>Council, District A</div><div>225-555-0105</div></div><div class="person"><h3>Marcel Fontenot</h3><div>Sheriff</div><div>225-555-0102</div></div><div class="person"><h3>T. J. Arceneaux</h3><div>Clerk of Court</div><div>225-555-0104</div></div></div><p class="fine"></p></div><div class="bot"></div></body></html>
noise 1 day
news 1 day "Council, District C"
- <div>Council, District B</div>
+ <div>Council, District C</div>
