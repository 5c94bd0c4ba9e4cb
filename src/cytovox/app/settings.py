"""What can be set about the web application: each setting has a name, a default and a help text."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from cytovox.domain.errors import InputError

PREFIX = "CYTOVOX_"
CONFIG_VARIABLE = "CYTOVOX_CONFIG"


def _about(help_text: str, *, public: bool = False) -> dict[str, Any]:
    return {"help": help_text, "public": public}


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the web application; the help of each stands in its field's metadata.

    Raises:
        InputError: A value is out of range.
    """

    host: str = field(
        default="127.0.0.1",
        metadata=_about("Address to listen on. Anything but this machine's own opens it to others."),
    )
    port: int = field(default=8000, metadata=_about("Port to listen on."))
    allowed_hosts: str = field(
        default="",
        metadata=_about(
            "Further host names, separated by commas, under which the application may be reached; * for any."
        ),
    )
    accounts: bool = field(
        default=False,
        metadata=_about(
            "Whether people sign in. Without accounts everybody who reaches the server may everything."
        ),
    )
    session_h: float = field(
        default=12.0, metadata=_about("Hours without use after which somebody is signed out.", public=True)
    )
    data_folder: Path | None = field(
        default=None,
        metadata=_about(
            "Folder that keeps cases over a restart. Without one, cases are gone when the server stops."
        ),
    )
    database_url: str = field(
        default="",
        metadata=_about(
            "Database in place of the file in the data folder: postgresql://USER:PASSWORD@HOST/NAME."
        ),
    )
    storage_url: str = field(
        default="",
        metadata=_about(
            "Storage of pictures and results in place of the data folder: a folder, or s3://BUCKET/PREFIX."
        ),
    )
    workers: int = field(
        default=1,
        metadata=_about(
            "Processes that analyse pictures. Each takes half a GB of memory, more for large pictures.",
            public=True,
        ),
    )
    upload_limit_mb: float = field(
        default=10.0, metadata=_about("Largest picture file that may be uploaded, in MB.", public=True)
    )
    stack_limit_mb: float = field(
        default=1000.0,
        metadata=_about("Largest stack of slices that may be uploaded, in MB.", public=True),
    )
    max_pixels: int = field(
        default=64_000_000, metadata=_about("Largest picture, as width times height in pixels.", public=True)
    )
    max_cases: int = field(
        default=10_000,
        metadata=_about("Cases kept; the oldest finished one makes room for a new one.", public=True),
    )
    max_waiting: int = field(
        default=2000, metadata=_about("Cases that may wait for analysis at a time.", public=True)
    )
    uploads_per_minute: int = field(
        default=240, metadata=_about("Pictures that one client may upload in a minute.", public=True)
    )
    undo_h: float = field(
        default=24.0,
        metadata=_about("Hours for which a deleted case can be restored; then it is gone.", public=True),
    )

    def __post_init__(self) -> None:
        for name, least, most in (
            ("port", 0, 65535),
            ("upload_limit_mb", 0.001, 4096),
            ("stack_limit_mb", 0.001, 65536),
            ("max_pixels", 1, 2**31),
            ("max_cases", 1, 10_000_000),
            ("max_waiting", 1, 100_000),
            ("workers", 1, 64),
            ("uploads_per_minute", 1, 1_000_000),
            ("undo_h", 0, 100_000),
            ("session_h", 0.01, 8760),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise InputError(f"setting {name}: expected {least} to {most}, got {value}")
        if self.data_folder is None and bool(self.database_url) != bool(self.storage_url):
            raise InputError(
                "settings: expected database_url and storage_url together, or one of them with data_folder; "
                "else half of each case would be gone when the server stops"
            )
        if self.accounts and self.data_folder is None and not self.database_url:
            raise InputError(
                "settings: accounts need a data_folder, or database_url and storage_url, that keep them"
            )

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, *, config: Path | None = None, **overrides: Any
    ) -> "Settings":
        """Settings from a file, over these variables CYTOVOX_HOST, ..., over these overrides; None is none.

        Args:
            environment: The variables. CYTOVOX_CONFIG names the file where `config` does not.
            config: A TOML file with a key a setting.
            **overrides: Values by name.

        Raises:
            InputError: A value is not of its setting's kind, or out of range, or the file cannot be used.
        """
        config = config or (Path(named) if (named := environment.get(CONFIG_VARIABLE, "").strip()) else None)
        values = {} if config is None else _from_file(config)
        for entry in fields(cls):
            text = environment.get(variable(entry.name), "").strip()
            if text:
                values[entry.name] = _parsed(entry, text, variable(entry.name))
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)

    @property
    def upload_limit_bytes(self) -> int:
        """Largest upload in bytes (1 MB = 1,000,000 bytes)."""
        return round(self.upload_limit_mb * 1_000_000)

    @property
    def stack_limit_bytes(self) -> int:
        """Largest upload of a stack in bytes, a label map included."""
        return round(self.stack_limit_mb * 1_000_000)


def variable(name: str) -> str:
    """Environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"settings file {path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"settings file {path}: expected TOML: {error}") from error
    known = {entry.name: entry for entry in fields(Settings)}
    if unknown := sorted(given.keys() - known.keys()):
        raise InputError(
            f"settings file {path}: there is no setting {', '.join(unknown)}; "
            f"there are {', '.join(sorted(known))}"
        )
    return {name: _parsed(known[name], str(value), f"{path}: {name}") for name, value in given.items()}


_TRUTHS = {"true": True, "1": True, "yes": True, "on": True} | dict.fromkeys(
    ("false", "0", "no", "off"), False
)


_KINDS: dict[Any, tuple[Callable[[str], Any], str]] = {
    bool: (lambda text: _TRUTHS[text.lower()], "true or false"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    str: (str, "text"),
    Path | None: (Path, "a folder"),
}
"""How text is read, and what was expected, by the type of a setting."""


def _parsed(entry: "Field[Any]", text: str, place: str) -> Any:
    kind, words = _KINDS[entry.type]
    try:
        return kind(text)
    except (ValueError, KeyError):
        raise InputError(f"{place}: expected {words}, got '{text}'") from None
