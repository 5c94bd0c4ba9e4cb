import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.trend import DatedPicture, DatedSmear, dated_smears


def picture(name: str, specimen: str | None, collected: str | None, **changes: str) -> DatedPicture:
    return DatedPicture(
        name, changes.get("material", "blood"), specimen, collected, changes.get("uploaded", "2026-05-01")
    )


def test_pictures_of_one_smear_are_one_point_in_time() -> None:
    found = dated_smears(
        [
            picture("a", "S-2", "2026-03-09"),
            picture("b", "S-1", "2026-03-02"),
            picture("c", "S-2", "2026-03-09"),
        ]
    )
    assert found == [
        DatedSmear("2026-03-02", True, "blood", "S-1", ("b",)),
        DatedSmear("2026-03-09", True, "blood", "S-2", ("a", "c")),
    ]


def test_pictures_without_a_key_are_smears_of_their_own() -> None:
    found = dated_smears([picture("a", None, "2026-03-02"), picture("b", None, "2026-03-02")])
    assert [smear.pictures for smear in found] == [("a",), ("b",)]


def test_a_key_of_two_days_or_materials_stands_for_several_smears() -> None:
    found = dated_smears(
        [
            picture("a", "1", "2026-03-02"),
            picture("b", "1", "2026-04-02"),
            picture("c", "1", "2026-03-02", material="marrow"),
        ]
    )
    assert [(smear.date, smear.material, smear.pictures) for smear in found] == [
        ("2026-03-02", "blood", ("a",)),
        ("2026-03-02", "marrow", ("c",)),
        ("2026-04-02", "blood", ("b",)),
    ]


def test_without_a_date_the_first_upload_counts() -> None:
    (smear,) = dated_smears([
        picture("a", "S", None, uploaded="2026-01-31"), picture("b", "S", None, uploaded="2026-02-01")
    ])  # fmt: skip
    assert (smear.date, smear.collected) == ("2026-01-31", False)


def test_a_key_is_no_id() -> None:
    assert len(dated_smears([picture("a", None, None), picture("b", "a", None)])) == 2


def test_an_upload_has_a_date() -> None:
    with pytest.raises(InputError, match="date of the upload"):
        picture("a", None, None, uploaded="")
