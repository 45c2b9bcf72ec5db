"""Antiviruses: what looks into a file before anybody may have it (``docs/uploads.md``)."""
