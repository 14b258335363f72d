"""Finding: from a question to ranked topics."""
