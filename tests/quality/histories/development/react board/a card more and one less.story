=
news 1 day "Interpreters for the public defender"
- <div class="Card_box__m1"><div class="Card_title__m2">Telephone service
+ <div class="Card_box__m1"><div class="Card_title__m2">Interpreters for the public defender</div><div class="Card_row__m3">Lumen Interpreters</div><div class="Card_row__m3">$30,000</div><div class="Tag_t__q">Legal review</div></div><div class="Card_box__m1"><div class="Card_title__m2">Telephone service
news 1 day
- <div class="Card_box__m1"><div class="Card_title__m2">287(g) training and travel</div><div class="Card_row__m3">Sheriff's Office</div><div class="Card_row__m3">$36,000</div><div class="Tag_t__q">Returned</div></div>
+ 
bad 1 hour
| <!DOCTYPE html><html lang="en"><head><meta charSet="utf-8"/><title>Contracts in review</title></head><body><div id="__next"><div class="Layout_root__x9Kd2"><div class="Bar_wrap__aa01"><span>County Procurement</span></div><div class="Grid_main__77f"><h1 class="Title_h__0a">Contracts in review</h1></div></div></div></body></html>
noise 1 hour
