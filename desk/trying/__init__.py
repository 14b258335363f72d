"""A question answered by the live version, and by one with what is not published yet."""
