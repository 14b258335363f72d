"""The command line: above the rooms, since it puts them together."""
