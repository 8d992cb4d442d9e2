"""What is particular to IQM2: its calendar's addresses, and its rows as records."""
