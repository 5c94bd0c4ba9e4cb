"""Platelets and their clumps: bodies blown up over the outline."""

from cytovox.domain.surface import SurfacePart
from cytovox.imaging.membrane import membrane
from cytovox.sculpt.body import body
from cytovox.sculpt.view import CellView

FLATNESS = 0.35
"""Height over width of a platelet: 2 to 3 um wide and 0.5 to 1 um thick (Michelson, Platelets, 2013)."""


def platelet_parts(view: CellView, name: str) -> tuple[SurfacePart, ...]:
    """The body of a platelet or of a clump, thickest where it is widest.

    Args:
        view: The platelet.
        name: Name of the part.
    """
    half2 = membrane(view.depth_um / view.step_um) * (FLATNESS * view.step_um) ** 2
    part = body(name, half2, view.drape(view.depth_um > 0), view.step_um)
    return () if part is None else (part,)
