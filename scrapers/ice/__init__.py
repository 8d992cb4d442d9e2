"""ICE's newsroom: its addresses, its release pages, and which of them are read again when."""
