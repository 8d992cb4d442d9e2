"""The Federal Register's API: its addresses, its answers, and a walk through days of publication."""
