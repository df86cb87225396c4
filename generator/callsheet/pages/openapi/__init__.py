"""OpenAPI documents, 3.0 and 3.1: the one that fal serves for each endpoint, and any other as far as it goes."""
