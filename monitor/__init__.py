"""Decides: pure rules over what was fetched. No I/O, no Scrapy, no SQL."""
