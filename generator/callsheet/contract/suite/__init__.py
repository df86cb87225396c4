"""The checks that hold for every client, as tests. `contract_tests/` runs them on the repository's clients.

A project that vendors a client runs them on its copy: `pytest --callsheet-clients mypkg.vendor.segmind`.
"""
