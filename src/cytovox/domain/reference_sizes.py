"""Sizes that cells have, used where a picture must tell its own scale."""

RED_CELL_DIAMETER_UM = 7.5
"""Median diameter of red cells on a dried smear, micrometres (7.2 to 7.5 is usual; wet, 7.5 to 8.7)."""

RED_CELL_BOX_PER_DIAMETER = 1.09
"""Width of the box that annotators draw round a red cell over the diameter of its outline.

Median of the whole red cells of `detection/bccd` and `detection/txl`, outlined by `training.outlines`.
"""
