"""Joins the services: wiring, the async face, the background loop."""
