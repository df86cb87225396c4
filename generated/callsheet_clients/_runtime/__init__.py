# Copied by callsheet from generator/callsheet/runtime/__init__.py.
# Do not edit: change that file, then `make generate`.
"""What a generated client runs on. Copied beside it as `_runtime`; needs httpx and pydantic only.

Nothing is imported here, so that reading the tables costs no HTTP stack and no pydantic.
"""
