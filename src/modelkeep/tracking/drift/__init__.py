"""Has what comes in changed? Counts over bins of a reference, distances, and alarms about them."""
