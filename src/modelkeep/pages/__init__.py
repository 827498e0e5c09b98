"""Pages that people look at: one HTML file each that needs nothing else, not even a network."""
