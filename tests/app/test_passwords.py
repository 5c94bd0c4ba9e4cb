import pytest

from cytovox.app import passwords
from cytovox.app.passwords import check_new_password, needs_new_hash, password_fits, password_hash
from cytovox.domain.errors import InputError


def test_a_password_fits_its_own_hash_and_no_other() -> None:
    kept = password_hash("four smears in a row")
    assert kept.startswith("$argon2id$")
    assert password_fits(kept, "four smears in a row")
    assert not password_fits(kept, "four smears in a Row")
    assert not password_fits("no hash at all", "four smears in a row")
    assert password_hash("four smears in a row") != kept


def test_the_same_letters_from_another_keyboard_fit() -> None:
    assert password_fits(password_hash("Häm\u00e4tologie-Labor"), "Ha\u0308ma\u0308tologie-Labor")


def test_an_unknown_account_costs_a_whole_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Hasher:
        def hash(self, password: object) -> str:
            return "of nobody"

        def verify(self, kept: str, password: bytes) -> bool:
            asked.append(kept)
            return True

    passwords._nobodys_hash.cache_clear()
    monkeypatch.setattr(passwords, "_HASHER", Hasher())
    assert not password_fits(None, "nobody has this password")
    assert password_fits("of somebody", "right")
    assert asked == ["of nobody", "of somebody"]
    passwords._nobodys_hash.cache_clear()


def test_a_hash_of_weaker_figures_is_known_as_such() -> None:
    from argon2 import PasswordHasher

    assert needs_new_hash(PasswordHasher(1, 1024, 1).hash("four smears in a row"))
    assert not needs_new_hash(password_hash("four smears in a row"))


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short", "expected 12 to 256 characters, got 5"),
        ("long" * 65, "got 260"),
        ("aaaaaaaaaaaaaaaa", "at least 5 different"),
        ("my name is RITA!", "without the name"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_without_being_repeated(
    password: str, message: str
) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        check_new_password(password, "rita")
    assert password not in str(refusal.value)
