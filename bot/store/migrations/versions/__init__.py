"""One module a step, r0001 first."""
