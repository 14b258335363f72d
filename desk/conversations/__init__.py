"""Conversations of citizens with the staff, as the desk shows and answers them."""
