"""What there is only where code runs in the cells of a notebook: servers that show themselves, and magics."""
