"""The named users: each one's right and its life, their list, and who had access on a day."""
