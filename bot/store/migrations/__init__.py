"""The steps by which tables change; each is run once, in order, when a store is opened."""
