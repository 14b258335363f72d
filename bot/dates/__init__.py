"""/dates: the days of a term, how people type a date, what is asked by buttons, what comes of it."""
