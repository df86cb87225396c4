"""What a generated client runs on. Copied beside it as `_runtime`; needs httpx and pydantic only.

Nothing is imported here, so that reading the tables costs no HTTP stack and no pydantic.
"""
