"""The command line: thin commands over `cytovox.analysis`, `report`, `app`, `training` and `evaluation`."""

from cytovox.cli.program import run

__all__ = ["run"]
