"""Everything of an installation in one archive, and back."""
