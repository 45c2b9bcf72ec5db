"""A migration operation: what one person proposed, the same person never confirms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflows.triggers import Triggers


class ConfirmedByAnother(Triggers):
    """A new row of ``model_name`` that confirms has another author than what it confirms.

    ``proposal`` is its foreign key to what was proposed, by ``proposed_by`` there; the row is by
    ``author``, and confirms when its ``outcome`` is ``confirmed``.
    """

    def __init__(
        self,
        model_name: str,
        proposal: str = "proposal",
        proposed_by: str = "proposed_by",
        author: str = "author",
        outcome: str = "outcome",
        confirmed: str = "confirmed",
    ) -> None:
        super().__init__(model_name)
        self.proposal, self.proposed_by, self.author = proposal, proposed_by, author
        self.outcome, self.confirmed = outcome, confirmed

    def describe(self) -> str:
        return f"Refuse that one person proposes and confirms a {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"confirmed_by_another_{self.model_name.lower()}"

    def _same(self, model: Any) -> str:
        key = model._meta.get_field(self.proposal)
        proposal = key.remote_field.model._meta
        by = proposal.get_field(self.proposed_by).column
        author = model._meta.get_field(self.author).column
        return (
            f"NEW.{self.outcome} = '{self.confirmed}' AND "  # noqa: S608 (own names)
            f'EXISTS (SELECT 1 FROM "{proposal.db_table}" proposal '
            f'WHERE proposal.id = NEW."{key.column}" AND proposal."{by}" = NEW."{author}")'
        )

    def sqlite_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'CREATE TRIGGER "{table}_by_another" BEFORE INSERT ON "{table}" '
            f"WHEN {self._same(model)} BEGIN "
            f"SELECT RAISE(ABORT, '{table}: confirmed by who proposed'); END"
        ]

    def sqlite_removal(self, model: Any) -> Sequence[str]:
        return [f'DROP TRIGGER "{model._meta.db_table}_by_another"']

    def postgresql_creation(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f"""CREATE FUNCTION {table}_by_another() RETURNS trigger AS $$
            BEGIN
                IF {self._same(model)} THEN
                    RAISE EXCEPTION '%: confirmed by who proposed', TG_TABLE_NAME
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$ LANGUAGE plpgsql""",
            f'CREATE TRIGGER "{table}_by_another" BEFORE INSERT ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {table}_by_another()",
        ]

    def postgresql_removal(self, model: Any) -> Sequence[str]:
        table = model._meta.db_table
        return [
            f'DROP TRIGGER "{table}_by_another" ON "{table}"',
            f"DROP FUNCTION {table}_by_another()",
        ]
