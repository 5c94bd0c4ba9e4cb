import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.app.cases import LONGEST_NAME, safe_name


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("smear.jpg", "smear.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\Abstrich 3.tif", "Abstrich 3.tif"),
        ("a\r\nset-cookie: x\0.png", "aset-cookie: x.png"),
        ("  many   spaces .png", "many spaces .png"),
        ("..", "picture"),
        ("", "picture"),
        (None, "picture"),
        ("folder/", "picture"),
    ],
)
def test_safe_name(given_name: str | None, expected: str) -> None:
    assert safe_name(given_name) == expected


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("x" * 500 + ".tiff")
    assert len(name) == LONGEST_NAME
    assert name.endswith("….tiff")


@given(st.text(max_size=300))
def test_any_name_becomes_one_path_part_without_control_characters(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name) <= LONGEST_NAME
    assert not set(name) & set("/\\\0\r\n")
    assert name.strip(".") != ""
    assert safe_name(name) == name
