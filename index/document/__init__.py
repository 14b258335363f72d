"""Pages that need nothing from elsewhere: for a screen, a phone, and paper."""
