"""Side-by-side measurements: `python -m benchmarks [NAME...]` prints ours, the reference and the ratio."""
