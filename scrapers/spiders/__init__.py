"""Spiders: how each kind of source is walked."""
