"""Smears with exact truth: rendered from first principles, no pixel of a real picture in them."""
