"""What the authors of the spec files said: structure checked, meaning checked, frozen, with places."""
