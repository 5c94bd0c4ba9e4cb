"""The worked example: the sample smear, in an archive that is new and empty."""

import logging

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cytovox.app.cases import Origin
from cytovox.app.database import Database
from cytovox.app.intake import Intake
from cytovox.app.problems import ApiProblem
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore
from cytovox.app.tables import cases, preferences
from cytovox.synth.sample import SAMPLE_NAME, sample_smear

TAG = "worked example"
_NAME = "worked_example"

log = logging.getLogger("cytovox.app")


def add_worked_example(store: CaseStore, settings: Settings) -> None:
    """Puts the sample smear into an archive that is empty and was never asked before; once for all time.

    A person who deletes it does not get it again, nor does one who emptied an archive of an earlier version.

    Args:
        store: The archive.
        settings: Limits of uploads, which may be too narrow for the sample: then there is none.
    """
    if not _is_new_and_empty(store.database):
        return
    try:
        Intake(settings, store).accept(
            sample_smear(), SAMPLE_NAME, mpp_um=None, origin=Origin(tags=(TAG,)), sample=True
        )
    except ApiProblem as problem:
        log.warning("there is no worked example: %s", problem)


def _is_new_and_empty(database: Database) -> bool:
    """Whether nobody asked this before and there is no case; from now on somebody did."""
    try:
        with database.writing() as connection:
            asked = sa.exists().where(preferences.c.name == _NAME).select()
            if connection.execute(asked).scalar_one():
                return False
            # Deleted cases count: an archive that has them is not new.
            is_empty = not connection.execute(sa.exists(cases.select()).select()).scalar_one()
            connection.execute(preferences.insert().values(name=_NAME, value={"added": is_empty}))
            return is_empty
    except IntegrityError:  # another server of the same database asked in this moment
        return False
