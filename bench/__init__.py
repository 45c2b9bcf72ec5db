"""Benchmarks: what the engine costs, compared in the same run with what it stands on."""
