"""All that differs from one database to another."""
