[[top]] each load: <div class="statusline"><p>On duty now: Sgt. Holloway</p></div> | <div class="statusline"><p>On duty now: Sgt. Brandt</p></div> | <div class="statusline"><p>On duty now: Lt. Osei</p></div>
[[below]] each day: <div class="wp-block-column"><p>Inmates today: 212</p></div> | <div class="wp-block-column"><p>Inmates today: 219</p></div> | <div class="wp-block-column"><p>Inmates today: 207</p></div>
=
noise 30 minutes
noise 30 minutes
news 30 minutes "Road open at Miller Creek"
- >Road closed at Miller Creek<
+ >Road open at Miller Creek<
