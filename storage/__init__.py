"""What Ringback remembers."""
