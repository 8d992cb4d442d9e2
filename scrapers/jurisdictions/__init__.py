"""Lists of governments: their names as printed, their sections, and the records made of them."""
