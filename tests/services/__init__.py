"""The real parts that the suite runs against: PostgreSQL and Chromium, private to one run."""
