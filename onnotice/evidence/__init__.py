"""A bundle that shows one change to whoever does not trust us: captures, chain, time stamps, and how to check them."""
