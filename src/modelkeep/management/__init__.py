"""The life of versions: creation, numbers, states, retention, removal."""
