[[below]] each load: <div class="wp-block-column"><p class="has-large-font-size">Meet K9 Rex</p></div> | <div class="wp-block-column"><p class="has-large-font-size">Ride along with a deputy</p></div> | <div class="wp-block-column"><p class="has-large-font-size">Drop off old medicine</p></div> | <div class="wp-block-column"><p class="has-large-font-size">Coffee with the Sheriff</p></div> | <div class="wp-block-column"><p class="has-large-font-size">Register your bicycle</p></div>
=
noise 3 hours
noise 3 hours
noise 3 hours
news 3 hours "Sheriff answers the letter of the Department of Homeland Security"
- <li class="wp-block-post post-811">
+ <li class="wp-block-post post-815"><h2 class="wp-block-post-title"><a href="/2026/03/sheriff-answers/">Sheriff answers the letter of the Department of Homeland Security</a></h2><div class="wp-block-post-date"><time>March 2, 2026</time></div></li><li class="wp-block-post post-811">
noise 3 hours
