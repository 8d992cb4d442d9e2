"""What is particular to CivicPlus's AgendaCenter: its addresses, and its rows as records."""
