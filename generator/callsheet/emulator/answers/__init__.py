"""Answers in the provider's own form, and what stands in their places."""
