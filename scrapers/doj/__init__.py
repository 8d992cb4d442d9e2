"""The Justice Department's News API: its addresses, its envelope, and what it says of a press release."""
