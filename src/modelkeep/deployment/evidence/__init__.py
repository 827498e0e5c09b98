"""What was seen while a model served: recorded, kept, and folded into counts."""
