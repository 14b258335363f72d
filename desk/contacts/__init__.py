"""Whom citizens are told to call: the list that staff work through, and one contact as a form."""
