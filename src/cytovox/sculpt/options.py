"""What a model of a cell may be asked to be."""

from dataclasses import dataclass
from enum import StrEnum

from cytovox.domain.errors import InputError

RED_CELL_VOLUME_FL = 90.0
"""Mean volume of red cells, femtolitres (80 to 100 in adults; Dacie and Lewis, Practical Haematology)."""


class Pose(StrEnum):
    """How white cells stand."""

    SLIDE = "slide"
    SUSPENSION = "suspension"


@dataclass(frozen=True, slots=True)
class SculptOptions:
    """Options of a model.

    Attributes:
        pose: White cells flattened as on the slide, or round as in the blood stream.
        step_um: Size of a model's detail, micrometres.
    """

    pose: Pose = Pose.SLIDE
    step_um: float = 0.18

    def __post_init__(self) -> None:
        if not 0.05 <= self.step_um <= 1.0:
            raise InputError(f"step_um: expected 0.05 to 1 micrometre, got {self.step_um}")


FIELD_STEP_UM = 0.5
"""Detail of a whole field: a red cell then has about 800 vertices, and 200 cells make about 9 MB."""
