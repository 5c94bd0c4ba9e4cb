"""What a class of cell looks like, in figures with their sources and in choices of the drawing."""

from dataclasses import dataclass

from cytovox.domain.errors import InputError

CHOICE = "choice"
"""Source of a figure that is chosen for the drawing and found nowhere."""

Knot = tuple[float, float, float, float]
"""Place x, y, z and radius, in radii of the cell."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with where it comes from.

    Attributes:
        value: Drawn with.
        low: Least usual value.
        high: Greatest usual value.
        source: Key of a source of the atlas, or several with ", " between them, or `CHOICE`.
    """

    value: float
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.value <= self.high:
            raise InputError(
                f"expected a value above 0 and within its range, got {self.value:g} in "
                f"{self.low:g} to {self.high:g}"
            )


@dataclass(frozen=True, slots=True)
class Texture:
    """Light and dark of a surface.

    Attributes:
        light: sRGB "#rrggbb" between clumps.
        dark: The same of the clumps.
        clump_um: Size of the clumps.
        share: Share of the surface that clumps cover, 0 to 1.
        relief_um: Height by which clumps stand out.
        blocks: Number of clumps set at even distances, as on a clock face; 0 for random ones.
    """

    light: str
    dark: str
    clump_um: float
    share: float
    relief_um: float = 0.0
    blocks: int = 0

    def __post_init__(self) -> None:
        _check_colours(self.light, self.dark)
        _check_range("clump_um", self.clump_um, 0.1, 5)
        _check_range("share", self.share, 0, 1)
        _check_range("relief_um", self.relief_um, 0, 1)
        _check_range("blocks", self.blocks, 0, 60)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the cytoplasm in a colour of its own.

    Attributes:
        colour: sRGB "#rrggbb" in its middle.
        place: Middle (x, y) in radii of the cell.
        radius: Where it ends, in radii of the cell.
    """

    colour: str
    place: tuple[float, float]
    radius: float

    def __post_init__(self) -> None:
        _check_colours(self.colour)
        _check_range("radius", self.radius, 0.05, 2)


@dataclass(frozen=True, slots=True)
class Body:
    """The outermost part.

    Attributes:
        name: What a person reads.
        colour: sRGB "#rrggbb".
        diameter_um: Of the circle of the same area as the cell's footprint, without projections.
        height_over_width: Of an ellipsoid; None for a biconcave disc, whose height follows from `volume_fl`.
        volume_fl: Of a biconcave disc.
        opacity: Of the part.
        rim: sRGB at the border, where it differs.
        length_over_width: Along x over along y, 1 for round cells.
        irregularity: Height of bulges and dents, in radii of the cell.
        smear: Way by which the outline is drawn out or pushed in sideways, in radii of the cell.
        wavelength: Width of a bulge with its dent, in radii of the cell.
        members: Number of equal bodies that make up a clump.
        zones: Parts in other colours.
        texture: Of a body that is all nucleus.
    """

    name: str
    colour: str
    diameter_um: Figure
    height_over_width: float | None = None
    volume_fl: Figure | None = None
    opacity: float = 0.4
    rim: str | None = None
    length_over_width: float = 1.0
    irregularity: float = 0.02
    smear: float = 0.0
    wavelength: float = 1.2
    members: int = 1
    zones: tuple[Zone, ...] = ()
    texture: Texture | None = None

    def __post_init__(self) -> None:
        _check_colours(self.colour, *([self.rim] if self.rim else []))
        _check_range("diameter_um", self.diameter_um.value, 1, 60)
        if (self.height_over_width is None) == (self.volume_fl is None):
            raise InputError("expected height_over_width (an ellipsoid) or volume_fl (a biconcave disc)")
        _check_range("height_over_width", self.height_over_width or 0.5, 0.1, 1)
        _check_range("opacity", self.opacity, 0.05, 1)
        _check_range("length_over_width", self.length_over_width, 1, 3)
        _check_range("irregularity", self.irregularity, 0, 0.5)
        _check_range("smear", self.smear, 0, 0.5)
        _check_range("wavelength", self.wavelength, 0.1, 4)
        _check_range("members", self.members, 1, 40)


@dataclass(frozen=True, slots=True)
class Nucleus:
    """The nucleus: lobes as tubes through knots, and threads between them.

    Attributes:
        lobes: Each a list of knots; one knot is a ball, several a sausage of varying width.
        texture: Of the chromatin.
        to_cytoplasm: Area of the nucleus over that of the cytoplasm, as seen from above; lobes are made
            wider or narrower until it is right.
        height_over_width: 1 for round lobes.
        bridges: Numbers (from 1) of the lobes that a thread joins.
        bridge: Radius of a thread, in radii of the cell.
        opacity: Below 1 where nucleoli must be seen in it.
    """

    lobes: tuple[tuple[Knot, ...], ...]
    texture: Texture
    to_cytoplasm: Figure
    height_over_width: float = 0.6
    bridges: tuple[tuple[int, int], ...] = ()
    bridge: float = 0.05
    opacity: float = 1.0

    def __post_init__(self) -> None:
        if not self.lobes or not all(self.lobes):
            raise InputError("lobes: expected at least one lobe of at least one knot [x, y, z, radius]")
        numbers = {number for pair in self.bridges for number in pair}
        if not numbers <= set(range(1, len(self.lobes) + 1)):
            raise InputError(f"bridges: expected numbers of lobes, 1 to {len(self.lobes)}, got {numbers}")
        _check_range("height_over_width", self.height_over_width, 0.1, 1)
        _check_range("bridge", self.bridge, 0.005, 0.5)
        _check_range("opacity", self.opacity, 0.05, 1)


@dataclass(frozen=True, slots=True)
class Inclusions:
    """Many small bodies of a kind: granules, vacuoles, nucleoli, rods.

    Attributes:
        name: What a person reads.
        count: How many; fewer where there is no room.
        diameter_um: Of one.
        colour: sRGB "#rrggbb".
        spread: Share by which diameter and brightness differ from one to the next.
        length_um: Of rods; None for balls.
        bundles: Number of bundles that rods lie in.
        zone: Least and greatest distance from the middle, in radii of the cell.
        in_nucleus: Whether they lie in the nucleus.
        over_nucleus: Whether they lie above and below the nucleus, too, and not only beside it.
        opacity: Of the part.
    """

    name: str
    count: int
    diameter_um: Figure
    colour: str
    spread: float = 0.15
    length_um: Figure | None = None
    bundles: int = 1
    zone: tuple[float, float] = (0.0, 1.0)
    in_nucleus: bool = False
    over_nucleus: bool = True
    opacity: float = 1.0

    def __post_init__(self) -> None:
        _check_colours(self.colour)
        _check_range("count", self.count, 1, 600)
        _check_range("spread", self.spread, 0, 0.6)
        _check_range("opacity", self.opacity, 0.05, 1)
        if self.in_nucleus and self.length_um is not None:
            raise InputError("expected rods in the cytoplasm, got some in the nucleus")


@dataclass(frozen=True, slots=True)
class Guest:
    """A body in the cell that is no part of it: a parasite.

    Attributes:
        name: What a person reads.
        colour: sRGB "#rrggbb".
        knots: Tube through these, in radii of the cell; it is then made larger or smaller about its middle.
        across: Its width over that of the cell.
        closed: Whether the tube ends where it begins.
    """

    name: str
    colour: str
    knots: tuple[Knot, ...]
    across: Figure
    closed: bool = False

    def __post_init__(self) -> None:
        _check_colours(self.colour)


@dataclass(frozen=True, slots=True)
class Projections:
    """Hairs, or tongues of cytoplasm, that stand out from the cell.

    Attributes:
        name: What a person reads.
        count: How many, round the cell.
        length_um: Of the longest.
        base_um: Diameter at the foot.
    """

    name: str
    count: int
    length_um: Figure
    base_um: float

    def __post_init__(self) -> None:
        _check_range("count", self.count, 1, 200)
        _check_range("base_um", self.base_um, 0.1, 5)


@dataclass(frozen=True, slots=True)
class CellSpec:
    """One class.

    Attributes:
        what: One sentence on what to look at.
        body: The outermost part.
        nucleus: None for cells without.
        inclusions: What lies in it.
        guests: Parasites.
        projections: None for smooth cells.
        seed: Of all that is placed at random.
    """

    what: str
    body: Body
    nucleus: Nucleus | None = None
    inclusions: tuple[Inclusions, ...] = ()
    guests: tuple[Guest, ...] = ()
    projections: Projections | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.what.strip():
            raise InputError("what: expected a sentence on what to look at")
        if self.nucleus is None and any(item.in_nucleus for item in self.inclusions):
            raise InputError("inclusions: some lie in the nucleus, but there is no nucleus")


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{name}: expected {low:g} to {high:g}, got {value:g}")


def _check_colours(*colours: str) -> None:
    for colour in colours:
        digits = colour.removeprefix("#").lower()
        if len(digits) != 6 or len(colour) != 7 or not set(digits) <= set("0123456789abcdef"):
            raise InputError(f"expected a colour as '#rrggbb', got '{colour}'")
