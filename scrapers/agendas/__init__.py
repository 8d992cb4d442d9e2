"""Councils that list agendas as files on a page of their own: what labels say, and what the files do."""
