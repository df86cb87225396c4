"""What is done on each kind of request: pure, from a state and a request to a state, a reply and effects."""
