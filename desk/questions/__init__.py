"""The questions that wait for a lawyer: their queue, and one of them with all that weighs."""
