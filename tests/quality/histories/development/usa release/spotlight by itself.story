[[strip]] each load: <div class="x-promo-3f"><p>Read our annual report to Congress</p></div> | <div class="x-promo-3f"><p>Careers that matter: join the Bureau</p></div> | <div class="x-promo-3f"><p>File a complaint online</p></div> | <div class="x-promo-3f"><p>Standards for family facilities</p></div>
=
noise 1 day
noise 1 day
noise 1 day
noise 1 day
noise 1 day
news 1 day "63 inspections"
- 61 inspections
+ 63 inspections
