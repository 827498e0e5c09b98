"""What may be loaded: allow-lists, readers of pickles that stop at them, isolation."""
