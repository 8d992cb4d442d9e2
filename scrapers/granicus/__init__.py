"""What is particular to Granicus: the addresses of its views and viewers, their rows and agendas as records."""
