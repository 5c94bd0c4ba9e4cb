"""What can be set about the web application: each setting has a name, a default and a help text."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cytovox.domain.errors import InputError

PREFIX = "CYTOVOX_"


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
    data_folder: Path | None = field(
        default=None,
        metadata=_about(
            "Folder that keeps cases over a restart. Without one, cases are gone when the server stops."
        ),
    )
    upload_limit_mb: float = field(
        default=10.0, metadata=_about("Largest picture file that may be uploaded, in MB.", public=True)
    )
    max_pixels: int = field(
        default=64_000_000, metadata=_about("Largest picture, as width times height in pixels.", public=True)
    )
    max_cases: int = field(
        default=100,
        metadata=_about("Cases kept; the oldest finished one makes room for a new one.", public=True),
    )
    max_waiting: int = field(
        default=20, metadata=_about("Cases that may wait for analysis at a time.", public=True)
    )

    def __post_init__(self) -> None:
        for name, least, most in (
            ("port", 0, 65535),
            ("upload_limit_mb", 0.001, 4096),
            ("max_pixels", 1, 2**31),
            ("max_cases", 1, 100_000),
            ("max_waiting", 1, 100_000),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise InputError(f"setting {name}: expected {least} to {most}, got {value}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **overrides: Any) -> "Settings":
        """Settings from variables named CYTOVOX_HOST, CYTOVOX_PORT, ...; None overrides nothing.

        Raises:
            InputError: A variable's text is not of its setting's kind, or out of range.
        """
        values: dict[str, Any] = {}
        for entry in fields(cls):
            text = environment.get(variable(entry.name), "").strip()
            if text:
                values[entry.name] = _parsed(entry.name, text)
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)

    @property
    def upload_limit_bytes(self) -> int:
        """Largest upload in bytes (1 MB = 1,000,000 bytes)."""
        return round(self.upload_limit_mb * 1_000_000)


def variable(name: str) -> str:
    """Environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def _parsed(name: str, text: str) -> Any:
    kinds: dict[str, tuple[type, str]] = {
        "port": (int, "a whole number"),
        "upload_limit_mb": (float, "a number"),
        "max_pixels": (int, "a whole number"),
        "max_cases": (int, "a whole number"),
        "max_waiting": (int, "a whole number"),
        "data_folder": (Path, "a folder"),
    }
    kind, words = kinds.get(name, (str, "text"))
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"{variable(name)}: expected {words}, got '{text}'") from None
