=
news 1 hour "Parking ban tonight from 11 PM"
- <div class="breadcrumb-wrapper">
+ <div class="oc-emergency"><p>Parking ban tonight from 11 PM</p></div><div class="breadcrumb-wrapper">
noise 1 hour
news 12 hours
- <div class="oc-emergency"><p>Parking ban tonight from 11 PM</p></div>
+ 
