"""From what is saved to a version that citizens get: prepared, looked at, published, taken back."""
