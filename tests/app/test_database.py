from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cytovox.app.database import MIGRATIONS, Database, migrate
from cytovox.app.tables import SCHEMA_VERSION, metadata
from cytovox.domain.errors import InputError


def version(connection: sa.Connection) -> str:
    return str(connection.execute(sa.text("select version_num from alembic_version")).scalar_one())


def test_the_steps_of_the_migration_lead_to_the_tables(database_url: str, monkeypatch) -> None:
    # As an installation that began with the first version and was updated ever since.
    with monkeypatch.context() as patched:
        patched.setattr("cytovox.app.database._bring_up_to_date", migrate)
        database = Database(database_url)
    with database.reading() as connection:
        assert version(connection) == SCHEMA_VERSION
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()
    Database(database_url).close()


def test_a_new_database_is_what_the_steps_lead_to(database_url: str) -> None:
    database = Database(database_url)
    with database.reading() as connection:
        assert version(connection) == SCHEMA_VERSION
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_the_newest_step_is_the_version_of_the_tables() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_VERSION]


def test_a_database_of_a_newer_cytovox_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    database = Database(url)
    with database.writing() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '999'"))
    database.close()
    with pytest.raises(InputError, match="newer version of Cytovox"):
        Database(url)


def test_many_may_open_a_new_database_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for database in pool.map(lambda _: Database(database_url), range(4)):
            database.close()


def test_an_error_keeps_nothing_of_a_transaction(database_url: str) -> None:
    database = Database(database_url)
    row = {"at_utc": "", "actor": "", "action": "", "case_id": "", "fields": ""}

    def fail_midway() -> None:
        with database.writing() as connection:
            connection.execute(metadata.tables["audit"].insert().values(**row))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()
    with database.reading() as connection:
        assert connection.execute(sa.select(metadata.tables["audit"])).all() == []
    database.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("cytovox.db", "expected sqlite"),
        ("mysql://here/cytovox", "expected sqlite or postgresql, got mysql"),
        ("sqlite:////nowhere/at/all.db", "cannot be opened"),
        ("postgresql://me:secret@127.0.0.1:1/cytovox", r"me:\*\*\*@127.0.0.1.*cannot be opened"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        Database(url)
    assert "secret" not in str(refused.value)
