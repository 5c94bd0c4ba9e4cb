"""Findings to documents: JSON, CSV, overlay pictures, and the manifest of a run."""

NOTICE = "Research and education use only. Not a medical device; a qualified person must review every result."
"""What every export says."""
