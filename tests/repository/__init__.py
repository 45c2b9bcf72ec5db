"""Tests of the repository itself: the rules of the house that no linter knows."""
