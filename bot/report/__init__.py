"""The report for an office: what the hotline did in the last days, from counts that hold no text."""
