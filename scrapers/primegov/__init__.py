"""What is particular to PrimeGov (OneMeeting): addresses of its public portal, its rows and agendas as records."""
