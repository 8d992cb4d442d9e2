[[rail]] each load: pick 3 | <div class="lnk">GO 2.03 Vehicle Pursuits</div> | <div class="lnk">GO 9.10 Property Room</div> | <div class="lnk">GO 5.05 Body Cameras</div> | <div class="lnk">GO 1.01 Oath of Office</div> | <div class="lnk">GO 7.22 Court Attendance</div> | <div class="lnk">GO 3.30 Use of Force</div>
=
noise 1 day
noise 1 day
noise 1 day
news 1 day "within one business day"
- within two business days
+ within one business day
noise 1 day
