"""What is wrong in the atlas's data is said, with its place."""

import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cytovox.domain.errors import InputError
from cytovox.sculpt.textbook.reading import figures_of, load_atlas, read_atlas
from cytovox.sculpt.textbook.spec import CHOICE

TEXT = files("cytovox.sculpt.textbook").joinpath("cells.json").read_text(encoding="utf-8")


def changed(change: Callable[[Any], object]) -> str:
    data = json.loads(TEXT)
    change(data)
    return json.dumps(data)


def lymphocyte(data: Any) -> Any:
    return data["cells"]["lymphocyte"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: lymphocyte(d).pop("body"), "atlas, cells, lymphocyte: expected an entry 'body', got none"),
        (
            lambda d: lymphocyte(d).update(nukleus=1),
            "lymphocyte: no entry is called 'nukleus'; there are what,",
        ),
        (
            lambda d: lymphocyte(d)["body"].update(colour="blue"),
            "body: expected a colour as '#rrggbb', got 'blue'",
        ),
        (lambda d: lymphocyte(d)["body"].update(opacity=3), "opacity: expected 0.05 to 1, got 3"),
        (
            lambda d: lymphocyte(d)["body"].update(opacity="clear"),
            'body, opacity: expected a number, got "clear"',
        ),
        (
            lambda d: lymphocyte(d)["body"]["diameter_um"].update(value=99),
            "value above 0 and within its range, got 99",
        ),
        (
            lambda d: lymphocyte(d)["body"]["diameter_um"].update(source="x"),
            "expected a key of 'sources' or 'choice'",
        ),
        (lambda d: lymphocyte(d)["nucleus"].update(lobes=[]), "at least one lobe"),
        (lambda d: lymphocyte(d)["nucleus"].update(lobes=[[[0, 0, 0]]]), "expected a list of 4, got 3"),
        (
            lambda d: lymphocyte(d)["nucleus"].update(bridges=[[1, 2]]),
            "bridges: expected numbers of lobes, 1 to 1",
        ),
        (lambda d: lymphocyte(d).update(inclusions={}), "inclusions: expected a list"),
        (lambda d: d["cells"].update(lymphocyte=3), "lymphocyte: expected named entries"),
        (
            lambda d: d["shown"]["blood"].pop("basophil"),
            "expected each class once, with a model or a reason; see basophil",
        ),
        (lambda d: d["shown"]["blood"].update(basophil="x"), "basophil: expected a key of 'cells', got 'x'"),
    ],
)
def test_mistakes_are_named_with_their_place(change: Callable[[Any], object], message: str) -> None:
    with pytest.raises(InputError) as error:
        read_atlas(changed(change))
    assert message in str(error.value)


def test_no_json() -> None:
    with pytest.raises(InputError, match="expected JSON, got something else in line 1"):
        read_atlas("cells")


def test_every_source_is_used_and_every_book_or_page_can_be_found() -> None:
    atlas = load_atlas()
    used = {
        source
        for spec in atlas.cells.values()
        for _, figure in figures_of(spec)
        for source in figure.source.split(", ")
    }
    assert used - {CHOICE} == set(atlas.sources)
    assert set(atlas.shown["blood"].values()) | set(atlas.shown["marrow"].values()) == set(atlas.cells)


def test_figures_of_a_description_carry_their_places() -> None:
    places = dict(figures_of(load_atlas().cells["lymphocyte"]))
    assert {"body.diameter_um", "nucleus.to_cytoplasm"} <= places.keys()


def test_table_in_the_documentation_is_the_data() -> None:
    page = (Path(__file__).parents[3] / "docs/concepts/atlas.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z ]+) \| `([\w.\[\]]+)` \| (\S+) \| (\S+) \| (.+) \|$", page, re.MULTILINE)
    assert sorted(rows) == sorted(
        (key.replace("_", " "), place, f"{f.value:g}", f"{f.low:g}-{f.high:g}", f.source)
        for key, spec in load_atlas().cells.items()
        for place, f in figures_of(spec)
        if f.source != CHOICE
    )
    for key, source in load_atlas().sources.items():
        assert f"- **{key}**: " in page
        assert source.title in page
