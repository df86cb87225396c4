"""A spec in the house style, made from a page that was read."""
