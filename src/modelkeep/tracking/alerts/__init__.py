"""Alert rules on what is tracked: kept, looked at again and again, and what follows."""
