"""Applies the migrations that live with the features, each feature a chain of its own."""

import logging
from pathlib import Path
from typing import Any

import structlog
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

# Where the other stack of this service notes what it applied, under the same ids.
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
        """Take migrations back: to an id, by `notes@-1`, or all of them with `base`."""
        with self._engine.execution_options(alone=True).begin() as connection:
            self._adopt(connection)
            self._run(connection, target, back=True)
            if inspect(connection).has_table(_OTHER_LEDGER):
                gone = text(f"DELETE FROM {_OTHER_LEDGER} WHERE name = :name")  # noqa: S608 -- a constant
                for name in self._missing(self._ours(connection)):
                    connection.execute(gone, {"name": name})

    def check(self) -> None:
        """Raise unless the database answers and nothing is missing from it."""
        with self._engine.connect() as connection:
            missing = self._missing(self._ours(connection) | self._theirs(connection))
        if missing:
            raise LookupError(f"missing migrations: {', '.join(missing)}")

    def _run(self, connection: Connection, target: str, *, back: bool = False) -> None:
        def steps(current: Any, _context: MigrationContext) -> list[RevisionStep]:
            move = self._scripts._downgrade_revs if back else self._scripts._upgrade_revs
            return move(target, current)

        context = MigrationContext.configure(connection, opts={"fn": steps})
        with Operations.context(context):
            context.run_migrations()

    def _adopt(self, connection: Connection) -> None:
        context = MigrationContext.configure(connection)
        ours = self._ours(connection)
        for script in reversed(list(self._scripts.walk_revisions())):
            if script.revision in self._theirs(connection) - ours:
                context.stamp(self._scripts, script.revision)

    def _ours(self, connection: Connection) -> set[str]:
        heads = MigrationContext.configure(connection).get_current_heads()
        known = tuple(head for head in heads if head in self.ids())
        return {script.revision for script in self._scripts.iterate_revisions(known, "base")} if known else set()

    def _theirs(self, connection: Connection) -> set[str]:
        if not inspect(connection).has_table(_OTHER_LEDGER):
            return set()
        return set(connection.scalars(text(f"SELECT name FROM {_OTHER_LEDGER}")))  # noqa: S608 -- a constant

    def ids(self) -> list[str]:
        """Return the ids of all migrations, first to last."""
        return [script.revision for script in reversed(list(self._scripts.walk_revisions()))]

    def _missing(self, applied: set[str]) -> list[str]:
        return [name for name in self.ids() if name not in applied]
