"""The machinery of the contract tests: payloads, evidence, recordings, transports that misbehave. It holds no test."""
