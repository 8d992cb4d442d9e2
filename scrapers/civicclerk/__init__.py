"""What is particular to CivicClerk: addresses of its API, its events and agendas as records."""
