"""Every decision, made once: names, types, defaults, schemas, protocol tables. All later stages only read it."""
