"""Requests, understood: what is asked, of which model, with which input, and whether the provider takes it."""
