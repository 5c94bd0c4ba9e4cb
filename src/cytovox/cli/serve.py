"""`cytovox serve`: the web application on this machine."""

import ipaddress
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cytovox.cli.console import remarks
from cytovox.domain.errors import InputError

if TYPE_CHECKING:
    from cytovox.app.settings import Settings


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="CYTOVOX_HOST, else 127.0.0.1")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port to listen on.", show_default="CYTOVOX_PORT, else 8000"),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="TOML file with settings.", show_default="CYTOVOX_CONFIG, else none"),
    ] = None,
) -> None:
    """Start the web application; Ctrl-C stops it."""
    from cytovox.app.settings import Settings  # noqa: PLC0415 - only this command needs the application

    settings = Settings.from_environment(host=host, port=port, config=config)
    _check_free(settings.host, settings.port)
    from cytovox.app.server import serve as run_server  # noqa: PLC0415

    _warn_if_open(settings)
    remarks().print(
        f"Cytovox is at http://{settings.host}:{settings.port} (Ctrl-C stops it)", highlight=False
    )
    run_server(settings)


def _warn_if_open(settings: "Settings") -> None:
    """Say so where anybody on the network may do everything."""
    if settings.accounts or _is_loopback(settings.host):
        return
    remarks().print(
        f"warning: whoever reaches {settings.host}:{settings.port} may see, change and delete every case, "
        "for accounts are off. Turn them on with CYTOVOX_ACCOUNTS=true (docs/how-to/share-a-server.md), or "
        "leave --host at 127.0.0.1.",
        style="bold red",
        highlight=False,
        soft_wrap=True,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _check_free(host: str, port: int) -> None:
    """Raise InputError where the port is taken: the server's own message comes with its log around it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
            ) from error
