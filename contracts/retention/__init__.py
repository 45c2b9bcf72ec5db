"""How long files are kept, what holds them back, and how they go."""
