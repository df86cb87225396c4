"""Rules on pages that no longer say what a spec says."""
