"""Remembers: the Archive is the only door to the database."""

from storage.archive import Archive

__all__ = ["Archive"]
