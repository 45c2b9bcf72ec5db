"""Opening a convention: looking the partner up, entering it, drafting."""
