"""The lists of users that partners confirm: those that wait, and the answer typed in."""
