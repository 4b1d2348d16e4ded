"""Tests of the Python client: `cd python && python3 -m unittest`."""
