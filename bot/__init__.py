"""Talking: from a message to the reply a citizen reads."""
