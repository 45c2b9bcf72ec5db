"""The demonstration: a portfolio of data files, told as text or loaded as if it had been lived."""
