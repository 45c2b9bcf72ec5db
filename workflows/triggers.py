"""Migration operations for what plain constraints cannot say, on SQLite and PostgreSQL alike.

`AppendOnly` makes a table refuse every UPDATE, DELETE and TRUNCATE, `Unchangeable` every UPDATE
alone; `PurgedOnly` is the first, for rows that a recorded purge takes away. `NoOverlap` makes a
table of periods refuse two rows of one owner that share a day.
SQLite rebuilds a table that a later migration alters, and its triggers go with the old one: repeat
the operation after such a migration (a test compares the triggers of the database with the
operations).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Triggers(Operation):
    """Creates triggers forwards and drops them backwards."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run("creation", app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run("removal", app_label, schema_editor, from_state)

    def _run(
        self,
        direction: str,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> None:
        model = state.apps.get_model(app_label, self.model_name)
        vendor = schema_editor.connection.vendor
        statements = getattr(self, f"{vendor}_{direction}", None)
        if statements is None:
            raise NotSupportedError(
                f"{vendor} : Tacite ne connaît que SQLite et PostgreSQL. Changez TACITE_DATABASE."
            )
        for statement in statements(model):
            schema_editor.execute(statement, params=None)


class AppendOnly(Triggers):
    """From now on, the table of ``model_name`` takes new rows and nothing else."""

    def describe(self) -> str:
        return f"Refuse to change or delete rows of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"append_only_{self.model_name.lower()}"

    def sqlite_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{verb.lower()}" '
            f'BEFORE {verb} ON "{table}" BEGIN '
            f"SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
            for verb in ("UPDATE", "DELETE")
        ]

    def sqlite_removal(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [f'DROP TRIGGER "{table}_no_{verb}"' for verb in ("update", "delete")]

    def postgresql_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            """CREATE OR REPLACE FUNCTION tacite_refuse_change() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$ LANGUAGE plpgsql""",
            f'CREATE OR REPLACE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION tacite_refuse_change()",
            # Triggers of rows do not see a table emptied at once.
            f'CREATE OR REPLACE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION tacite_refuse_change()",
        ]

    def postgresql_removal(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'DROP TRIGGER "{table}_append_only" ON "{table}"',
            # Databases made before it have none.
            f'DROP TRIGGER IF EXISTS "{table}_no_truncate" ON "{table}"',
        ]


class PurgedOnly(AppendOnly):
    """Rows of ``model_name`` are never changed, and go only under a recorded purge.

    ``purge_name`` is the model whose rows allow it: a row of ``model_name`` may be deleted once a
    purge of the same ``owner`` has a ``before`` later than its ``at``.
    """

    def __init__(self, model_name: str, purge_name: str, owner: str = "caisse") -> None:
        super().__init__(model_name)
        self.purge_name, self.owner = purge_name, owner

    def describe(self) -> str:
        return f"Refuse to change rows of {self.model_name}, or to delete them without a purge"

    @property
    def migration_name_fragment(self) -> str:
        return f"purged_only_{self.model_name.lower()}"

    def _purged(self, model: Any) -> str:
        purge = model._meta.apps.get_model(model._meta.app_label, self.purge_name)
        owner = model._meta.get_field(self.owner).column
        return (
            f'EXISTS (SELECT 1 FROM "{purge._meta.db_table}" purge '  # noqa: S608 (own names)
            f'WHERE purge."{owner}" = OLD."{owner}" AND purge.before > OLD.at)'
        )

    def sqlite_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        update, _ = super().sqlite_creation(model)
        return [
            update,
            f'CREATE TRIGGER IF NOT EXISTS "{table}_no_delete" BEFORE DELETE ON "{table}" '
            f"WHEN NOT {self._purged(model)} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: DELETE refused'); END",
        ]

    def postgresql_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f"""CREATE OR REPLACE FUNCTION {table}_purged_only() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND {self._purged(model)} THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$ LANGUAGE plpgsql""",
            f'CREATE OR REPLACE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {table}_purged_only()",
            f'CREATE OR REPLACE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION tacite_refuse_change()",
        ]

    def postgresql_removal(self, model: Any) -> Sequence[str]:
        return [
            *super().postgresql_removal(model),
            f"DROP FUNCTION {model._meta.db_table}_purged_only()",
        ]


class Unchangeable(Triggers):
    """Rows of ``model_name`` are never changed; they may go when their time of keeping is over."""

    def describe(self) -> str:
        return f"Refuse to change rows of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"unchangeable_{self.model_name.lower()}"

    def sqlite_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" BEGIN '
            f"SELECT RAISE(ABORT, '{table} is append-only: UPDATE refused'); END"
        ]

    def sqlite_removal(self, model: Any) -> Sequence[str]:
        return [f'DROP TRIGGER "{model._meta.db_table}_no_update"']

    def postgresql_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION tacite_refuse_change()"
        ]

    def postgresql_removal(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [f'DROP TRIGGER "{table}_no_update" ON "{table}"']


class NoOverlap(Triggers):
    """Two periods of the table of ``model_name`` with equal ``fields`` never share a day.

    The first of ``fields`` is the foreign key of the owner, whose row PostgreSQL locks, so that two
    transactions cannot each miss the other's period.
    """

    def __init__(self, model_name: str, fields: Sequence[str]) -> None:
        super().__init__(model_name)
        self.fields = tuple(fields)

    def describe(self) -> str:
        return f"Refuse overlapping periods of {self.model_name} for one {self.fields[0]}"

    @property
    def migration_name_fragment(self) -> str:
        return f"no_overlap_{self.model_name.lower()}"

    def _clash(self, model: Any) -> str:
        columns = [model._meta.get_field(name).column for name in self.fields]
        same = " AND ".join(f'other."{column}" = NEW."{column}"' for column in columns)
        return (
            f'EXISTS (SELECT 1 FROM "{model._meta.db_table}" other '  # noqa: S608 (own names)
            f"WHERE {same} AND other.id <> NEW.id "
            "AND (other.last_day IS NULL OR other.last_day >= NEW.first_day) "
            "AND (NEW.last_day IS NULL OR NEW.last_day >= other.first_day))"
        )

    def sqlite_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        # After the change: before it, a new row has no number to be told apart by.
        return [
            f'CREATE TRIGGER IF NOT EXISTS "{table}_no_overlap_{verb.lower()}" '
            f'AFTER {verb} ON "{table}" '
            f"WHEN {self._clash(model)} BEGIN "
            f"SELECT RAISE(ABORT, '{table}: two periods overlap'); END"
            for verb in ("INSERT", "UPDATE")
        ]

    def sqlite_removal(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [f'DROP TRIGGER "{table}_no_overlap_{verb}"' for verb in ("insert", "update")]

    def postgresql_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        owner = model._meta.get_field(self.fields[0])
        owner_table = owner.remote_field.model._meta.db_table
        return [
            f"""CREATE OR REPLACE FUNCTION {table}_no_overlap() RETURNS trigger AS $$
            BEGIN
                PERFORM 1 FROM "{owner_table}" WHERE id = NEW."{owner.column}" FOR NO KEY UPDATE;
                IF {self._clash(model)} THEN
                    RAISE EXCEPTION '%: two periods overlap', TG_TABLE_NAME
                        USING ERRCODE = 'exclusion_violation';
                END IF;
                RETURN NULL;
            END $$ LANGUAGE plpgsql""",
            f'CREATE OR REPLACE TRIGGER "{table}_no_overlap" AFTER INSERT OR UPDATE '
            f'ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {table}_no_overlap()",
        ]

    def postgresql_removal(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'DROP TRIGGER "{table}_no_overlap" ON "{table}"',
            f"DROP FUNCTION {table}_no_overlap()",
        ]
