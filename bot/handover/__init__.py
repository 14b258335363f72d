"""Writing to a person of the staff: what is said before, during and after."""
