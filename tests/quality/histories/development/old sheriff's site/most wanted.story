[[side]] each load: <IMG SRC="w.jpg"><BR>WANTED<BR>Earl Tolliver | <IMG SRC="w.jpg"><BR>WANTED<BR>Jody Means | <IMG SRC="w.jpg"><BR>WANTED<BR>Buck Hanley | <IMG SRC="w.jpg"><BR>WANTED<BR>Rita Sands
=
noise 1 day
noise 1 day
noise 1 day
noise 1 day
news 1 day "holds a person on an ICE detainer"
- does not hold a person on an ICE detainer alone
+ holds a person on an ICE detainer for 48 hours
noise 1 day
