"""Rules on specs that were drafted from a page and not finished."""
