"""Fetches: the Scrapy project, its spiders, the catalog of sources and the document readers."""
