"""A document of the Federal Register as a record: what its entry says, and when and under which number it came out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.types import Record
from monitor.url import absolute_url
from scrapers.council.words import plain, words

_SITE = "https://www.federalregister.gov/"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[\w.-]{1,60}", re.ASCII)


def document_of(row: Mapping[str, Any]) -> Record | None:
    """The record of one result; None without a number and a day of publication.

    Both make the key: numbers were given out twice before 2016.
    """
    number, published = words(row.get("document_number")), day(row.get("publication_date"))
    if not _NUMBER.fullmatch(number) or not published:
        return None
    title, url = words(row.get("title")), address(row.get("html_url"))
    return Record(
        kind="register_document",
        key=f"{number}/{published}",
        title=title or number,
        facts={
            "title": title,
            "type": words(row.get("type")),
            "subtype": words(row.get("subtype")),
            "action": words(row.get("action")),
            "abstract": plain(row.get("abstract")),
            "agencies": agencies(row.get("agencies")),
            "document_number": number,
            "publication_date": published,
            "dates": plain(row.get("dates")),
            "effective_on": day(row.get("effective_on")),
            "comments_close_on": day(row.get("comments_close_on")),
            "signing_date": day(row.get("signing_date")),
            "citation": words(row.get("citation")),
            "docket_ids": texts(row.get("docket_ids")),
            "regulation_id_numbers": texts(row.get("regulation_id_numbers")),
            "cfr_references": sorted(set(_parts(row.get("cfr_references")))),
            "executive_order_number": words(row.get("executive_order_number")),
            "correction_of": address(row.get("correction_of")),
            "corrections": sorted(filter(None, map(address, _list(row.get("corrections"))))),
            "url": url,
            "pdf_url": address(row.get("pdf_url")),
        },
        about=published,
        url=url,
    )


def day(value: Any) -> str:
    """An ISO date, empty for anything else."""
    return value if isinstance(value, str) and _DATE.fullmatch(value) else ""


def address(value: Any) -> str:
    """A web address, empty for anything else."""
    return absolute_url(_SITE, value) if isinstance(value, str) and value.strip() else ""


def agencies(value: Any) -> list[str]:
    """Names of agencies, sorted; of one that the Register does not know the name as it was printed."""
    found = {
        words(agency.get("name") or agency.get("raw_name")) for agency in _list(value) if isinstance(agency, Mapping)
    }
    return sorted(filter(None, found))


def texts(value: Any) -> list[str]:
    """Short texts, sorted."""
    return sorted({words(part) for part in _list(value) if isinstance(part, str | int)} - {""})


def _parts(value: Any) -> Iterator[str]:
    """Places in the Code of Federal Regulations: "28 CFR 66"."""
    for reference in _list(value):
        if isinstance(reference, Mapping) and reference.get("title"):
            yield f"{words(reference['title'])} CFR {words(reference.get('part'))}".strip()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
