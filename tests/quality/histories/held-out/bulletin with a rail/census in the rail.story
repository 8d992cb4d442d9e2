[[rail]] each load: <div class="now"><h4>In custody at this hour</h4><p>388</p></div> | <div class="now"><h4>In custody at this hour</h4><p>391</p></div> | <div class="now"><h4>In custody at this hour</h4><p>402</p></div> | <div class="now"><h4>In custody at this hour</h4><p>379</p></div>
=
noise 1 hour
noise 1 hour
noise 1 hour
news 1 hour "Visits are in person on weekends"
- Visits are by video on weekdays
+ Visits are in person on weekends
noise 1 hour
