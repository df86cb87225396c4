"""Jobs, and how they get on with time."""
