"""The laws that hold for every call, and the worlds in which clients are made to keep them."""
