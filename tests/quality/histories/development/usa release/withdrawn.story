=
held 12 minutes, status 404
| <h1>Page not found</h1>
held 12 minutes, status 404
| <h1>Page not found</h1>
news 12 minutes, status 404
| <h1>Page not found</h1>
news 2 days
noise 1 day
