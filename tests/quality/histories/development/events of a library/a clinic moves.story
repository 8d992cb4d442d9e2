[[strip]] each load: <section class="ribbon"><p>Borrow a ukulele</p></section> | <section class="ribbon"><p>Tax help by appointment</p></section> | <section class="ribbon"><p>New: seed library</p></section> | <section class="ribbon"><p>Teens: design our mural</p></section> | <section class="ribbon"><p>Homework help, daily</p></section>
=
noise 1 day
noise 1 day
news 1 day "Tuesday, March 24, 6:00 PM"
- Tuesday, March 17, 6:00 PM
+ Tuesday, March 24, 6:00 PM
noise 1 day
noise 1 day
