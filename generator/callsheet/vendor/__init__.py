"""A copy of the clients that lives in another project: what it holds, and how it differs from what it was. Pure."""
