"""What versions do in use, over time: scores, latency, drift, and alerts about them."""
