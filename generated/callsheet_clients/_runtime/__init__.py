# Copied by callsheet from generator/callsheet/runtime/__init__.py.
# Do not edit: change that file, then `make generate`.
"""What a generated client runs on. Copied beside it as `_runtime`; needs pydantic and what `_http` imports.

Nothing is imported here, so that reading the tables costs no HTTP stack and no pydantic.
"""
