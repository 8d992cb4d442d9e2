"""Desks: where something is done, by who is signed in or by a recipient's own link. Each shows a form and takes it."""
