"""Lists of any site as records: what a stanza says of their columns, and what a row becomes."""
