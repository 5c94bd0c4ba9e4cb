"""Sizes that cells have, used where a picture must tell its own scale."""

RED_CELL_DIAMETER_UM = 7.5
"""Median diameter of red cells on a dried smear, micrometres (7.2 to 7.5 is usual; wet, 7.5 to 8.7)."""
