"""Signing in: a password for the staff, a code by mail for partners; and how long it lasts."""
