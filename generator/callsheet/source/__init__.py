"""Text in, located nodes out: YAML read with the place and the spelling of every scalar."""
