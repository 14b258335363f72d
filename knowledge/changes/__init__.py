"""What an editor does, as pure functions from one frozen value to the next; nothing is written here."""
