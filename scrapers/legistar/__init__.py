"""What is particular to Legistar: the addresses of its Web API, and its rows as records."""
