"""Second factors of the staff: an application, security keys, codes on paper; and their loss."""
