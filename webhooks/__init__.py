"""The doors: what HTTP requests come in."""
