"""The web pages: what the archive has, for reading, beside Datasette under one server.

A page is a view: a function of a read-only archive and of what was asked, run in a thread. It returns an answer, which
names a template and what to show in it. `routes.py` says which address has which view.
"""
