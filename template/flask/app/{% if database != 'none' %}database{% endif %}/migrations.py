"""Applies the migrations that live with the features, each feature a chain of its own."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, RevisionStep, StampStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

# Where the other stack of this service writes down what it applied, under the same ids.
_OTHER_LEDGER = "kysely_migration"

_log = structlog.get_logger()

# Alembic tells more than anybody asks: what was applied is logged here.
logging.getLogger("alembic").setLevel("WARNING")


class Migrations:
    """The migrations of an application and its database."""

    def __init__(self, engine: Engine) -> None:
        """Find the migrations of all features."""
        home = Path(__file__).parent
        folders = sorted(path for path in home.parent.glob("*/migrations") if path.is_dir())
        self._engine = engine
        self._scripts = ScriptDirectory(str(home), version_locations=[str(folder) for folder in folders])

    def upgrade(self) -> None:
        """Apply what is missing; what the other stack applied is only written down."""
        with self._engine.execution_options(alone=True).begin() as connection:
            missing = self._missing(self._ours(connection) | self._theirs(connection))
            self._adopt(connection)
            self._run(connection, "heads")
        if missing:
            _log.info("migrations applied", ids=", ".join(missing))

    def downgrade(self, target: str) -> None:
        """Take migrations back: to an id, by `orders@-1`, or all of them with `base`."""
        with self._engine.execution_options(alone=True).begin() as connection:
            self._adopt(connection)
            before = self._ours(connection)
            self._run(connection, target, back=True)
            gone = [name for name in self._missing(self._ours(connection)) if name in before]
            if inspect(connection).has_table(_OTHER_LEDGER):
                forget = text(f"DELETE FROM {_OTHER_LEDGER} WHERE name = :name")  # noqa: S608 -- a constant
                for name in self._missing(self._ours(connection)):
                    connection.execute(forget, {"name": name})
        if gone:
            _log.info("migrations taken back", ids=", ".join(reversed(gone)))

    def check(self) -> None:
        """Raise unless the database answers and nothing is missing from it."""
        with self._engine.connect() as connection:
            missing = self._missing(self._ours(connection) | self._theirs(connection))
        if missing:
            raise LookupError(f"missing migrations: {', '.join(missing)}")

    def _run(self, connection: Connection, target: str, *, back: bool = False) -> None:
        def steps(ledger: Any, _context: MigrationContext) -> list[RevisionStep]:
            current = self._current(ledger)
            if not back:
                return self._scripts._upgrade_revs(target, current)
            there: Any = tuple(name for name in current if name in ledger)
            return self._scripts._downgrade_revs(target, there)

        self._take(connection, steps)

    def _adopt(self, connection: Connection) -> None:
        def steps(ledger: Any, _context: MigrationContext) -> list[StampStep]:
            return self._scripts._stamp_revs(name, self._current(ledger))

        for name in self.ids():
            if name in self._theirs(connection) - self._ours(connection):
                self._take(connection, steps)

    def _take(self, connection: Connection, steps: Callable[[Any, MigrationContext], list[Any]]) -> None:
        context = MigrationContext.configure(connection, opts={"fn": steps})
        with Operations.context(context):
            context.run_migrations()

    def _ours(self, connection: Connection) -> set[str]:
        current = self._current(MigrationContext.configure(connection).get_current_heads())
        return {script.revision for script in self._scripts.iterate_revisions(current, "base")} if current else set()

    def _current(self, ledger: Iterable[str]) -> Any:
        """Return how far each feature is: one that is gone does not count, one that is newer has all that we know."""
        ids = self.ids()
        last = {_feature(name): name for name in ids}
        found = {name if name in ids else last.get(_feature(name)) for name in ledger}
        return tuple(name for name in ids if name in found)

    def _theirs(self, connection: Connection) -> set[str]:
        if not inspect(connection).has_table(_OTHER_LEDGER):
            return set()
        return set(connection.scalars(text(f"SELECT name FROM {_OTHER_LEDGER}")))  # noqa: S608 -- a constant

    def ids(self) -> list[str]:
        """Return the ids of all migrations, first to last."""
        return [script.revision for script in reversed(list(self._scripts.walk_revisions()))]

    def _missing(self, applied: set[str]) -> list[str]:
        return [name for name in self.ids() if name not in applied]


def _feature(name: str) -> str:
    return name.rpartition("_")[0]
