[[below]] each day: <I>Page updated [[day]]</I> | <I>Page updated [[day]]</I>
[[day]] each day: time %m/%d/%y
=
noise 1 day
news 1 day "The Sheriff of Varnum County works with all federal agencies."
- The Varnum County Jail does not hold a person on an ICE detainer alone. A detainer is a request and not a warrant.
+ The Sheriff of Varnum County works with all federal agencies. A detainer is honored when its form is complete.
noise 1 day
news 1 day
- <P>Attorneys may call the records unit at 555-0119 between 8 and 4.</P>
+ 
