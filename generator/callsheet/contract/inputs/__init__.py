"""Payloads that are right, and payloads that are wrong in one fact; who judges them, and what options may be."""
