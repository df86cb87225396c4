"""A generated client as the tests hold it: found, observed, replayed to, and led astray."""
