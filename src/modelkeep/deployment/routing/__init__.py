"""Who gets which version: units, points, tables, and the router that reads them."""
