"""What keeping records leaves behind: merges, tags."""
