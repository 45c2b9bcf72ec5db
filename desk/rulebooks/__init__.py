"""Rulebooks: browsed by version, each rule beside its article; what differs; who lives by which."""
