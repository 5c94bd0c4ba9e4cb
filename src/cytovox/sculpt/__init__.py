"""Outlines and pixels to surfaces: each found cell as a body in micrometres."""
