"""The names that are allowed, library by library, and how each makes what it stands for."""
