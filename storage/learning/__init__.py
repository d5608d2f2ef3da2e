"""What the machine learned, and from what."""
