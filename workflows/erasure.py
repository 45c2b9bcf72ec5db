"""A migration operation: an append-only table of which some columns may be emptied, and only so.

A row keeps its place, its dates and its authors for ever; what it said of persons may go, once and
for good, to a fixed word that tells that it went. Any other change stays refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.triggers import AppendOnly

ERASED = "[effacé]"
"""What stands in the place of a text that went."""


class ErasableOnly(AppendOnly):
    """The triggers of ``AppendOnly``, but for the texts in ``columns``: each may become ``erased``.

    ``columns`` are names of fields, to what takes the place of their contents.
    """

    def __init__(self, model_name: str, columns: Mapping[str, str]) -> None:
        super().__init__(model_name)
        self.columns = dict(columns)

    def describe(self) -> str:
        return f"Let {', '.join(self.columns)} of {self.model_name} be erased, and nothing else"

    @property
    def migration_name_fragment(self) -> str:
        return f"erasable_only_{self.model_name.lower()}"

    def _only_erases(self, model: Any, same: str, json: str) -> str:
        """The condition under which an UPDATE changes nothing but to erase."""
        erased = {model._meta.get_field(name).column: word for name, word in self.columns.items()}
        kinds = {
            model._meta.get_field(name).column: model._meta.get_field(name).get_internal_type()
            for name in self.columns
        }
        conditions = []
        for field in model._meta.local_concrete_fields:
            column = field.column
            unchanged = f'NEW."{column}" {same} OLD."{column}"'
            if column in erased:
                value = f"'{erased[column]}'"
                if kinds[column] == "JSONField":
                    value += json
                unchanged = f'({unchanged} OR NEW."{column}" = {value})'
            conditions.append(unchanged)
        return " AND ".join(conditions)

    def sqlite_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'DROP TRIGGER IF EXISTS "{table}_no_update"',
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" '
            f"WHEN NOT ({self._only_erases(model, 'IS', '')}) BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: UPDATE refused'); END",
        ]

    def sqlite_removal(self, model: Any) -> Sequence[str]:
        update, _ = super().sqlite_creation(model)
        return [f'DROP TRIGGER "{model._meta.db_table}_no_update"', update]

    def postgresql_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        same = self._only_erases(model, "IS NOT DISTINCT FROM", "::jsonb")
        return [
            f"""CREATE OR REPLACE FUNCTION {table}_erasable_only() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'UPDATE' AND {same} THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$ LANGUAGE plpgsql""",
            f'CREATE OR REPLACE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {table}_erasable_only()",
        ]

    def postgresql_removal(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'CREATE OR REPLACE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION tacite_refuse_change()",
            f"DROP FUNCTION {table}_erasable_only()",
        ]
