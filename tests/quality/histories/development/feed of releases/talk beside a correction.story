[[talk]] each load: 3 | 4 | 7 | 12
=
noise 1 day
noise 1 day
news 1 day "$2.8 million"
- $2.3 million
+ $2.8 million
bad 1 hour
| <!DOCTYPE html><html><head><title>Attorney for the District</title></head><body><h1>We are upgrading our website</h1><p>Back at noon.</p></body></html>
noise 1 hour
