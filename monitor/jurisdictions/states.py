"""States, the District and the territories: their names and postal abbreviations, as lists print them."""

from __future__ import annotations

_STATES = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|FL Florida|"
    "GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|"
    "MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|"
    "NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|"
    "OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|"
    "VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|DC District of Columbia|"
    "PR Puerto Rico|GU Guam|VI U.S. Virgin Islands|AS American Samoa|MP Northern Mariana Islands"
)
STATES: dict[str, str] = dict(pair.split(" ", 1) for pair in _STATES.split("|"))
"""Names by postal abbreviation."""

_BY_FOLDED_NAME = {
    **{name.casefold(): code for code, name in STATES.items()},
    "d.c.": "DC",
    "washington, d.c.": "DC",
    "washington d.c.": "DC",
    "washington dc": "DC",
    "virgin islands": "VI",
}


def state_code(text: str) -> str:
    """The postal abbreviation for a name or an abbreviation in any case; empty when it is neither."""
    bare = " ".join(text.split()).casefold()
    return bare.upper() if bare.upper() in STATES else _BY_FOLDED_NAME.get(bare, "")
