[[token]] each load: number 100000 999999
[[share]] each load: <div class="engage"><span>Shared 41×</span></div> | <div class="engage"><span>Shared 42×</span></div> | <div class="engage"><span>Shared 57×</span></div> | <div class="engage"><span>Shared 63×</span></div>
=
noise 1 day
noise 1 day
news 1 day "June 18, 2026"
- Sentencing is set for June 11, 2026
+ Sentencing is set for June 18, 2026
noise 1 day
news 3 hours "Judge Marguerite Tull"
- Judge Marguerite Toll
+ Judge Marguerite Tull
