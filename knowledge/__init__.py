"""What the hotline knows: articles, contacts, phrases, and their rules. Imports nothing of ours."""
