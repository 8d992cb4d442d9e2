[[seats]] each load: <p>Open computers: 4 of 22</p> | <p>Open computers: 11 of 22</p> | <p>Open computers: 7 of 22</p> | <p>Open computers: 0 of 22</p>
=
noise 1 hour
noise 1 hour
noise 1 hour
noise 1 hour
news 1 hour "CANCELLED"
- <h3>North Branch</h3>
+ <h3>CANCELLED: North Branch</h3>
