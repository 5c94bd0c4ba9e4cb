"""The pages of the atlas: what each class of cell looks like, with figures, codes and sources."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from cytovox.app.schemas import CodeDocument, Document
from cytovox.domain.taxonomies import load_taxonomy

if TYPE_CHECKING:
    from cytovox.sculpt.textbook.reading import Source
    from cytovox.sculpt.textbook.spec import CellSpec, Figure


class SourceDocument(Document):
    """Where something can be read."""

    title: str
    url: str | None


class AtlasFigureDocument(Document):
    """A figure of a class: what the model is drawn with, and what is usual."""

    name: str
    value: float
    low: float = Field(description="Least usual value.")
    high: float = Field(description="Greatest usual value.")
    unit: str = Field(description="um, or empty for a ratio.")
    sources: list[SourceDocument] = Field(description="Empty for a choice of the drawing.")


class ClassPlaceDocument(Document):
    """A class of a taxonomy."""

    taxonomy: str
    label: str


class LookAlikeDocument(Document):
    """A class that is easily mistaken for another."""

    key: str
    tell: str = Field(description="How the two are told apart.")


class LessonDocument(Document):
    """A page of the atlas."""

    key: str
    name: str
    short: str
    colour: str
    lineage: str = Field(description="Key of the line of cells that it belongs to.")
    lineage_name: str
    summary: str
    look: str | None = Field(description="One sentence on what to look at in the model.")
    nucleus: str
    cytoplasm: str
    granules: str
    found: str = Field(description="Where it is found, and how often.")
    figures: list[AtlasFigureDocument]
    codes: list[CodeDocument]
    classes: list[ClassPlaceDocument] = Field(description="Where it stands in the taxonomies.")
    model: ClassPlaceDocument | None = Field(description="Its textbook model; null where it has none.")
    no_model: str | None = Field(description="Why it has none.")
    look_alikes: list[LookAlikeDocument]
    sources: list[SourceDocument]


def lesson_documents() -> list[LessonDocument]:
    """All pages, line by line of cells."""
    # With the first request: the libraries of shapes would delay the first page by 0.4 s.
    from cytovox.sculpt.textbook.lessons import load_lessons  # noqa: PLC0415

    told = load_lessons()
    order = list(told.lineages)
    keys = sorted(told.lessons, key=lambda key: order.index(told.lessons[key].lineage))
    return [_page(key) for key in keys]


def lesson_key(taxonomy: str, label: str) -> str | None:
    """The page that tells of a class; of a group, that of its drawing; None where there is none."""
    from cytovox.sculpt.textbook.lessons import load_lessons  # noqa: PLC0415 - as above
    from cytovox.sculpt.textbook.reading import load_atlas  # noqa: PLC0415

    key = load_atlas().shown[taxonomy].get(label, label)
    return key if key in load_lessons().lessons else None


def look_alikes(key: str) -> tuple[str, ...]:
    """What the class of a page is mistaken for, the most frequent first."""
    from cytovox.sculpt.textbook.lessons import load_lessons  # noqa: PLC0415 - as above

    return tuple(other.cell for other in load_lessons().lessons[key].look_alikes)


def lesson_places(key: str) -> tuple[str, ...]:
    """Taxonomies that have the class of a page; none where there is no such page."""
    from cytovox.sculpt.textbook.lessons import load_lessons  # noqa: PLC0415 - as above
    from cytovox.sculpt.textbook.reading import load_atlas  # noqa: PLC0415

    if key not in load_lessons().lessons:
        return ()
    return tuple(name for name in load_atlas().shown if key in load_taxonomy(name).keys)


def _page(key: str) -> LessonDocument:
    from cytovox.sculpt.textbook.lessons import load_lessons  # noqa: PLC0415 - as above
    from cytovox.sculpt.textbook.reading import load_atlas  # noqa: PLC0415

    told, atlas = load_lessons(), load_atlas()
    lesson, spec = told.lessons[key], atlas.cells.get(key)
    places = [(name, key) for name in lesson_places(key)]
    taxonomy, label = places[0]
    named = load_taxonomy(taxonomy)[label]
    codes = {
        (code.system, code.code): CodeDocument(system=code.system, code=code.code, display=code.display)
        for name, own in places
        for code in load_taxonomy(name)[own].codes
    }
    return LessonDocument(
        key=key,
        name=named.name,
        short=named.short,
        colour=named.colour,
        lineage=lesson.lineage,
        lineage_name=told.lineages[lesson.lineage],
        summary=lesson.summary,
        look=None if spec is None else spec.what,
        nucleus=lesson.nucleus,
        cytoplasm=lesson.cytoplasm,
        granules=lesson.granules,
        found=lesson.found,
        figures=[] if spec is None else list(_figures(spec)),
        codes=list(codes.values()),
        classes=[ClassPlaceDocument(taxonomy=name, label=own) for name, own in places],
        model=None if spec is None else ClassPlaceDocument(taxonomy=taxonomy, label=label),
        no_model=atlas.without[taxonomy].get(label),
        look_alikes=[LookAlikeDocument(key=other.cell, tell=other.tell) for other in lesson.look_alikes],
        sources=[_source(told.sources[source]) for source in lesson.sources],
    )


def _figures(spec: "CellSpec") -> Iterator[AtlasFigureDocument]:
    yield _figure("diameter", spec.body.diameter_um, "um")
    if spec.nucleus is not None:
        yield _figure("nucleus-to-cytoplasm ratio", spec.nucleus.to_cytoplasm, "")
    for inclusions in spec.inclusions:
        yield _figure(f"{inclusions.name}, diameter", inclusions.diameter_um, "um")
    if spec.projections is not None:
        yield _figure(f"{spec.projections.name}, length", spec.projections.length_um, "um")


def _figure(name: str, figure: "Figure", unit: str) -> AtlasFigureDocument:
    from cytovox.sculpt.textbook.reading import load_atlas  # noqa: PLC0415 - as above
    from cytovox.sculpt.textbook.spec import CHOICE  # noqa: PLC0415

    known = load_atlas().sources
    keys = [key for key in figure.source.split(", ") if key != CHOICE]
    return AtlasFigureDocument(
        name=name,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        unit=unit,
        sources=[_source(known[key]) for key in keys],
    )


def _source(source: "Source") -> SourceDocument:
    return SourceDocument(title=source.title, url=source.url or None)
