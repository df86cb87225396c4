"""Exchanges with a provider: recorded, scrubbed, read, replayed, and what was ever seen in them."""
