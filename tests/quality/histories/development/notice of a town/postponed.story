[[under]] each load: pick 2 | <div class="list-item-container"><a href="/a">Dog licenses are due</a></div> | <div class="list-item-container"><a href="/b">Transfer station hours</a></div> | <div class="list-item-container"><a href="/c">Mud season postings</a></div> | <div class="list-item-container"><a href="/d">Library book sale</a></div> | <div class="list-item-container"><a href="/e">Town meeting warrant</a></div>
=
noise 1 day
noise 1 day
noise 1 day
news 1 day "POSTPONED"
- <h1 class="oc-page-title">Public Notice:
+ <h1 class="oc-page-title">POSTPONED Public Notice:
noise 1 day
