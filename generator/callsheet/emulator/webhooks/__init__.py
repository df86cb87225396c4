"""Webhooks that jobs owe: when they are due, what they say, and what proves them."""
