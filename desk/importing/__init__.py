"""Taking in a page of the ministry: what is read, what a person decides of it, what it becomes."""
