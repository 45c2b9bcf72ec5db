"""What only the demonstration has: a clock that can be moved forward."""
