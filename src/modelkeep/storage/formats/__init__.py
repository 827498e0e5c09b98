"""Python objects to files and back, one plug-in a file."""
