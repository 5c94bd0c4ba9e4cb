from dataclasses import fields
from pathlib import Path

import pytest

from cytovox.app.settings import Settings, variable
from cytovox.domain.errors import InputError


def test_defaults_bind_to_this_machine_only_and_limit_uploads_to_10_mb() -> None:
    settings = Settings.from_environment({})
    assert settings.host == "127.0.0.1"
    assert settings.upload_limit_bytes == 10_000_000
    assert settings.data_folder is None


def test_every_setting_has_a_help_text_and_can_come_from_the_environment() -> None:
    texts = {"host": "0.0.0.0", "allowed_hosts": "smear.example", "data_folder": "kept"}  # noqa: S104
    environment = {variable(f.name): texts.get(f.name, "7") for f in fields(Settings)}
    settings = Settings.from_environment(environment)
    for entry in fields(Settings):
        assert len(entry.metadata["help"]) > 10
        assert getattr(settings, entry.name) != entry.default
    assert settings.data_folder == Path("kept")


def test_an_override_goes_before_the_environment_and_none_does_not_count() -> None:
    settings = Settings.from_environment(
        {"CYTOVOX_PORT": "9000", "CYTOVOX_HOST": "::1"}, port=9001, host=None
    )
    assert (settings.port, settings.host) == (9001, "::1")


def test_an_empty_variable_means_the_default() -> None:
    assert Settings.from_environment({"CYTOVOX_PORT": " "}).port == 8000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CYTOVOX_PORT", "http"),
        ("CYTOVOX_PORT", "70000"),
        ("CYTOVOX_UPLOAD_LIMIT_MB", "0"),
        ("CYTOVOX_UPLOAD_LIMIT_MB", "nan"),
        ("CYTOVOX_UPLOAD_LIMIT_MB", "ten"),
        ("CYTOVOX_MAX_CASES", "-1"),
    ],
)
def test_a_wrong_value_is_refused_with_what_came(name: str, text: str) -> None:
    with pytest.raises(InputError, match=f"expected .* got .*{text}"):
        Settings.from_environment({name: text})
