"""Taking out of a message what tells who wrote it, before anything of it is kept."""
