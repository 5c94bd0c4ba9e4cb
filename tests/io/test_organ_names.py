import json
from pathlib import Path

import pytest

from cytovox.domain.errors import InputError
from cytovox.io.organ_names import (
    TABLES,
    LabelName,
    names_from,
    names_from_json,
    names_from_label_table,
    organ_classes,
)


def test_organs_are_found_by_key_name_alias_and_code() -> None:
    names = {
        1: LabelName("Stomach"),
        2: LabelName("small_bowel"),
        3: LabelName("Large Intestine"),
        4: LabelName("Magen", snomed="69695003"),
    }
    keys = [organ.key for organ in organ_classes(names).values()]
    assert keys == ["stomach", "small_bowel", "large_bowel", "stomach"]


def test_an_unknown_organ_has_a_colour_that_stays() -> None:
    (first,) = organ_classes({1: LabelName("left_third_kidney")}).values()
    (again,) = organ_classes({7: LabelName("Left third kidney")}).values()
    assert (first.key, first.colour) == (again.key, again.colour)
    assert (first.key, first.name, first.short) == ("left_third_kidney", "left third kidney", "LTK")
    assert len(first.colour) == 7
    assert organ_classes({1: LabelName("gizzard", "#123456")})[1].colour == "#123456"


@pytest.mark.parametrize(
    "table",
    [
        {"0": "background", "1": "liver", "2": "gizzard"},
        {"background": 0, "liver": 1, "gizzard": 2},
        {"labels": {"background": 0, "liver": 1, "gizzard": 2}, "channel_names": {"0": "CT"}},
        {"labels": {"0": "background", "1": "liver", "2": "gizzard"}},
    ],
)
def test_json_of_either_direction_and_of_nnunet_is_read(table: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(table))
    assert names_from(tmp_path / "a.json") == {1: LabelName("liver"), 2: LabelName("gizzard")}
    assert names_from({1: "liver", 2: "gizzard"}) == names_from(tmp_path / "a.json")


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[1, 2]", b"{}", b'{"a": "b"}', b'{"labels": {"a": [1, 2]}}']
)
def test_other_json_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="expected names of labels"):
        names_from_json(data, "a.json")


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="or one of totalsegmentator_ct"):
        names_from("totalsegmentator_xr")


def test_shipped_tables_name_what_their_makers_name() -> None:
    found = {table: names_from(table) for table in TABLES}
    assert {table: len(names) for table, names in found.items()} == {
        "totalsegmentator_ct": 117,
        "totalsegmentator_mr": 50,
        "amos": 15,
    }
    assert [found[table][label].name for table, label in zip(TABLES, (6, 6, 7), strict=True)] == [
        "stomach"
    ] * 3


def test_label_tables_of_nifti_headers_are_read_with_and_without_cdata() -> None:
    text = (
        '<LabelTable><Label Key="0" Red="0"><![CDATA[background]]></Label>\n'
        '<Label Key="6" Red="0.0" Alpha="1"><![CDATA[stomach]]></Label>'
        '<Label Key="20">colon</Label></LabelTable>'
    )
    assert names_from_label_table(text) == {6: LabelName("stomach"), 20: LabelName("colon")}
