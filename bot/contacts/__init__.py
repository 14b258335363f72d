"""Whom to call: contacts as they are shown, near a place, in a town that was named, open now or not."""
