"""What a user would pick instead of ours, one module each, set up as one would in an afternoon."""
