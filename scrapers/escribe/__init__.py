"""What is particular to eSCRIBE: addresses, a session's cookies, its meetings and agendas as records."""
