=
bad 10 minutes, status 404
| <h1>404 Not Found</h1>
noise 10 minutes
held 1 day, status 410
| <h1>Gone</h1>
held 10 minutes, status 410
| <h1>Gone</h1>
news 10 minutes, status 410
| <h1>Gone</h1>
news 1 day
