"""A spec held against the provider itself, within a budget."""
