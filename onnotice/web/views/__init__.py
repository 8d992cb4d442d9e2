"""One module a kind of page: what it reads from the archive, and what its template is given."""
