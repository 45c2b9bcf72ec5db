"""Passwords of the staff: how strong, changed by their owner, and another one when forgotten."""
