[[top]] each load: <div class="oc-emergency-announcement-container"></div> | <div class="oc-emergency-announcement-container"><!-- none --></div>
=
news 1 day "190 beds"
- 90 beds
+ 190 beds
news 2 hours "Wednesday, April 1, 2026"
- Wednesday, March 25, 2026
+ Wednesday, April 1, 2026
noise 2 hours
news 2 hours "Wednesday, March 25, 2026"
- Wednesday, April 1, 2026
+ Wednesday, March 25, 2026
