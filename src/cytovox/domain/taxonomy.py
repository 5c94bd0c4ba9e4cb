"""Classes of cells and organs: keys, names, colours and codes. The data stand in `taxonomies/*.json`."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cytovox.domain.errors import InputError

UNIDENTIFIED = "unidentified"
"""Label of a cell that a classifier refuses to name; a key of the taxonomies "blood" and "marrow"."""
UNTYPED = "white_cell"
"""A class that names no type; types are grouped below it."""
COARSE = ("red_cell", UNTYPED, "platelet", UNIDENTIFIED)
"""What every cell of a smear is told apart by before its type."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a public terminology.

    Attributes:
        system: "SNOMED CT", "Cell Ontology" or "LOINC".
        code: The code as that terminology writes it.
        display: Its name there.
    """

    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class CellClass:
    """One class of a taxonomy.

    Attributes:
        key: Stable identifier, used in labels, files and the API ("neutrophil_band").
        name: What a person reads ("band neutrophil").
        colour: Drawing colour "#rrggbb".
        short: Code or abbreviation of at most four letters ("NGB").
        parent: Key of the broader class in the same taxonomy, or None.
        aliases: Other names met in data sets, lower case.
        codes: Terminology codes.
    """

    key: str
    name: str
    colour: str
    short: str
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """An ordered set of classes.

    Attributes:
        key: "blood", "marrow", "smear_map" or "organs".
        name: What a person reads.
        classes: In their fixed order.
    """

    key: str
    name: str
    classes: tuple[CellClass, ...]
    _by_key: dict[str, CellClass] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key = {cell_class.key: cell_class for cell_class in self.classes}
        if len(by_key) != len(self.classes):
            raise InputError(f"taxonomy '{self.key}': a class key stands twice")
        orphans = [c.key for c in self.classes if c.parent is not None and c.parent not in by_key]
        if orphans:
            raise InputError(f"taxonomy '{self.key}': unknown parent of {', '.join(orphans)}")
        object.__setattr__(self, "_by_key", by_key)

    def __getitem__(self, key: str) -> CellClass:
        try:
            return self._by_key[key]
        except KeyError:
            known = ", ".join(self._by_key)
            raise InputError(f"taxonomy '{self.key}' has no class '{key}'; it has {known}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[CellClass]:
        return iter(self.classes)

    @property
    def keys(self) -> tuple[str, ...]:
        """Class keys in their fixed order."""
        return tuple(self._by_key)

    def lineage(self, key: str) -> tuple[str, ...]:
        """The class and its ever broader parents, e.g. ("neutrophil_band", "neutrophil", "white_cell")."""
        chain = [key]
        while (parent := self[chain[-1]].parent) is not None:
            chain.append(parent)
        return tuple(chain)

    def coarse(self, key: str) -> str:
        """One of `COARSE`: the broadest class of a class, "unidentified" where that is none of the others.

        What was looked at and is no cell of any kind ("artefact", "not_identifiable") is unidentified.
        """
        broadest = self.lineage(key)[-1]
        return broadest if broadest in COARSE else UNIDENTIFIED

    def group(self, key: str) -> str:
        """The type that a class counts under: the broadest class of its lineage that is itself a type.

        "neutrophil" of "neutrophil_band", "eosinophil" of "eosinophil", "red_cell" of "infected_red_cell".
        """
        lineage = self.lineage(key)
        types = [name for name in lineage if name != UNTYPED]
        return types[-1] if types else key

    def name_of(self, key: str) -> str:
        """What a person reads for a class; the key in words where this taxonomy lacks it."""
        if key in self:
            return self[key].name
        return key.replace("_", " ")

    def colour_of(self, key: str) -> str:
        """Drawing colour of a class, white where this taxonomy lacks it."""
        return self[key].colour if key in self else "#ffffff"
