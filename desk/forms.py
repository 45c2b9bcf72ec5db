"""The choices of a list of conventions that are no state, by which other pages lead to it."""

WITH_QUESTION = "question"
"""Something waits for an answer."""

WITHOUT_CNIL = "cnil"
"""A CNIL declaration is needed, and was not made."""

SET_ASIDE = "mise-de-cote"
"""The last sweep could not bring it up to date."""
