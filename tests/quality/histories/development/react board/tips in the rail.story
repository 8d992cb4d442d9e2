[[rail]] each load: <div class="Tip_x__1"><div>Bid early, bid often</div></div> | <div class="Tip_x__1"><div>Small vendors: ask for a mentor</div></div> | <div class="Tip_x__1"><div>Insurance certificates expire</div></div> | <div class="Tip_x__1"><div>Debarred vendors cannot bid</div></div> | <div class="Tip_x__1"><div>Sign up for bid notices</div></div>
[[base]] each load: <span>Next bus to City Hall in 7 min</span> | <span>Next bus to City Hall in 2 min</span> | <span>Next bus to City Hall in 12 min</span>
=
noise 20 minutes
noise 20 minutes
noise 20 minutes
noise 20 minutes
news 20 minutes "$46,000"
- $36,000
+ $46,000
