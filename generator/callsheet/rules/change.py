"""Rules on what changes between two versions of a contract, each with its class and the reason for it."""
