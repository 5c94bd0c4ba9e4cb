"""The database: SQLite in a file, or PostgreSQL by URL; brought to the present tables when it is opened."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from cytovox.app.tables import SCHEMA_VERSION, metadata
from cytovox.domain.errors import InputError

BUSY_TIMEOUT_S = 30.0
MIGRATIONS = Path(__file__).parent / "migrations"
_WRITES = "cytovox_writes"
_MIGRATION_LOCK = 0x6379746F  # any number that no other program is likely to take: "cyto"
_POOL = 10
_version_table = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)


class Database:
    """Short transactions on one database; safe to use from several threads.

    Args:
        url: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`.

    Raises:
        InputError: The database cannot be opened, or is of a newer version of Cytovox.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(_with_driver(url))
        self._writer = self._engine.execution_options(**{_WRITES: True})
        # SQLite has one writer at a time. Threads that wait here come in turn; in SQLite they would not.
        self._turn = threading.Lock() if self.is_sqlite else None
        try:
            with self.writing() as connection:
                _bring_up_to_date(connection)
        except (OperationalError, sa.exc.InterfaceError) as error:
            place = self._engine.url.render_as_string(hide_password=True)
            raise InputError(f"database {place}: cannot be opened: {error.orig}") from error

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file that only this machine's processes use."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept at the end, or nothing where an error leaves it."""
        with ExitStack() as stack:
            if self._turn is not None:
                stack.enter_context(self._turn)
            yield stack.enter_context(self._writer.begin())

    def close(self) -> None:
        """Ends all connections."""
        self._engine.dispose()


def _with_driver(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise InputError(
            "setting database_url: expected sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME, got "
            "something else"
        ) from None
    if url.get_backend_name() in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+pg8000")
    if url.get_backend_name() == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    raise InputError(f"setting database_url: expected sqlite or postgresql, got {url.get_backend_name()}")


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    arguments: dict[str, Any] = {"timeout": BUSY_TIMEOUT_S} if sqlite else {}
    try:
        # Parameters hold names of pictures, which belong in no log.
        engine = sa.create_engine(
            url,
            hide_parameters=True,
            connect_args=arguments,
            pool_size=_POOL,
            max_overflow=3 * _POOL,
            pool_pre_ping=not sqlite,
        )
    except ModuleNotFoundError:
        raise InputError(
            "setting database_url: PostgreSQL needs its driver; pip install 'cytovox[postgres]'"
        ) from None
    if sqlite:
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's driver must not begin transactions on its own: it begins them too late for reads.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another has written in between.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    version = _version(connection)
    if version is None:
        # A new database needs no history. Nor does it need Alembic, whose import takes half a second.
        metadata.create_all(connection)
        _version_table.create(connection)
        connection.execute(_version_table.insert().values(version_num=SCHEMA_VERSION))
    elif version != SCHEMA_VERSION:
        migrate(connection)


def _version(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table(_version_table.name):
        return None
    return connection.execute(sa.select(_version_table.c.version_num)).scalar_one_or_none()


def migrate(connection: Connection) -> None:
    """Brings the tables of an earlier version up to the present ones, their rows kept.

    Raises:
        InputError: They are of a version that this one does not know.
    """
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise InputError(
            "database: was written by a newer version of Cytovox; expected one up to "
            f"{SCHEMA_VERSION}. Update Cytovox ({error})"
        ) from error
    except SQLAlchemyError as error:
        raise InputError(f"database: could not be brought up to date: {error}") from error
