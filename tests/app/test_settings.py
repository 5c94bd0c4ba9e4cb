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
    texts = {
        "host": "0.0.0.0",  # noqa: S104
        "allowed_hosts": "smear.example",
        "data_folder": "kept",
        "database_url": "postgresql://me@here/cytovox",
        "storage_url": "s3://here",
        "accounts": "yes",
    }
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
        ("CYTOVOX_ACCOUNTS", "maybe"),
        ("CYTOVOX_SESSION_H", "0"),
    ],
)
def test_a_wrong_value_is_refused_with_what_came(name: str, text: str) -> None:
    with pytest.raises(InputError, match=f"expected .* got .*{text}"):
        Settings.from_environment({name: text})


def test_a_file_goes_below_the_environment_and_names_its_own_mistakes(tmp_path: Path) -> None:
    config = tmp_path / "cytovox.toml"
    config.write_text('port = 9000\nundo_h = 1.5\ndata_folder = "kept"\n')
    settings = Settings.from_environment({"CYTOVOX_PORT": "9001"}, config=config)
    assert (settings.port, settings.undo_h, settings.data_folder) == (9001, 1.5, Path("kept"))
    assert Settings.from_environment({"CYTOVOX_CONFIG": str(config)}).port == 9000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1", "there is no setting prot; there are .*port"),
        ('port = "http"', "cytovox.toml: port: expected a whole number, got 'http'"),
        ("port = true", "expected a whole number, got 'True'"),
        ("port = 0x", "expected TOML"),
        ("workers = 0", "expected 1 to 64, got 0"),
    ],
)
def test_a_wrong_file_is_refused_with_what_came(tmp_path: Path, text: str, message: str) -> None:
    config = tmp_path / "cytovox.toml"
    config.write_text(text)
    with pytest.raises(InputError, match=message):
        Settings.from_environment({}, config=config)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        Settings.from_environment({}, config=tmp_path / "none.toml")


@pytest.mark.parametrize(
    "half", [{"database_url": "postgresql://me@here/cytovox"}, {"storage_url": "s3://here"}]
)
def test_half_of_a_case_in_a_temporary_folder_is_refused(half: dict[str, str]) -> None:
    with pytest.raises(InputError, match="together"):
        Settings(**half)
    assert Settings(data_folder=Path("kept"), **half).data_folder == Path("kept")


def test_accounts_need_a_place_that_keeps_them() -> None:
    with pytest.raises(InputError, match="accounts need a data_folder"):
        Settings(accounts=True)
    assert Settings(accounts=True, data_folder=Path("kept")).accounts
    assert Settings(accounts=True, database_url="postgresql://me@here/c", storage_url="s3://here").accounts


@pytest.mark.parametrize(("text", "value"), [("true", True), ("True", True), ("1", True), ("OFF", False)])
def test_what_is_or_is_not_can_be_said_in_several_ways(text: str, value: bool) -> None:
    environment = {"CYTOVOX_ACCOUNTS": text, "CYTOVOX_DATA_FOLDER": "kept"}
    assert Settings.from_environment(environment).accounts is value
