"""Which version each stage serves, since when, and what it served before."""
