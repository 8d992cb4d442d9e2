"""What is particular to Municode Meetings: its pages, and its rows as records."""
