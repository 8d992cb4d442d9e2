"""`python -m onnotice`: the command line."""

from onnotice.cli import main

main()
