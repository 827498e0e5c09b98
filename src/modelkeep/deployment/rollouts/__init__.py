"""A version gets a growing share of the units, is watched, and is promoted or taken back."""
