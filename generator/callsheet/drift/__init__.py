"""Pages held against specs, and against what they said last time."""
