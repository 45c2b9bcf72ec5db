"""Many rows in one statement, as fast as each database takes them.

PostgreSQL copies the rows in, straight into the table or into a temporary one that the statement
joins; SQLite runs one prepared statement for them all. Constraints and triggers hold as ever.
Fields are those of the model, with their database conversions; defaults and signals are not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID
from zlib import crc32

import orjson
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

Row = Sequence[Any]
"""One value a column, in the order of the columns."""

FEW = 20
"""Up to so many rows a prepared statement is quicker than a copy."""


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    known: Sequence[str] = (),
) -> None:
    """Write new rows; where a row has the same in the columns ``known``, the new is passed over."""
    connection = _writing(model)
    rows = _prepared(connection, model, columns, rows)
    if not rows:
        return
    table, names = _quoted(connection, model._meta.db_table), _names(connection, model, columns)
    otherwise = f" ON CONFLICT ({_names(connection, model, known)}) DO NOTHING" if known else ""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql" or len(rows) <= FEW:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places}){otherwise}",  # noqa: S608
                rows,
            )
        elif not known:
            _copy(cursor, connection, table, names, rows)
        else:
            incoming = _copied(cursor, connection, model, columns, rows)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM {incoming}{otherwise}"  # noqa: S608
            )


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write columns of rows that exist; the first column is the primary key."""
    connection = _writing(model)
    rows = _prepared(connection, model, columns, rows)
    if not rows:
        return
    table = _quoted(connection, model._meta.db_table)
    key, *names = (_names(connection, model, [column]) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql" or len(rows) <= FEW:
            changes = ", ".join(f"{name} = %s" for name in names)
            cursor.executemany(
                f"UPDATE {table} SET {changes} WHERE {key} = %s",  # noqa: S608
                [(*row[1:], row[0]) for row in rows],
            )
        else:
            incoming = _copied(cursor, connection, model, columns, rows)
            changes = ", ".join(f"{name} = incoming.{name}" for name in names)
            cursor.execute(
                f"UPDATE {table} SET {changes} FROM {incoming} incoming "  # noqa: S608
                f"WHERE {table}.{key} = incoming.{key}"
            )


def _writing(model: type[models.Model]) -> BaseDatabaseWrapper:
    return connections[router.db_for_write(model)]


def _quoted(connection: BaseDatabaseWrapper, name: str) -> str:
    return connection.ops.quote_name(name)


def _names(
    connection: BaseDatabaseWrapper, model: type[models.Model], columns: Sequence[str]
) -> str:
    return ", ".join(_quoted(connection, _field(model, column).column) for column in columns)


def _field(model: type[models.Model], column: str) -> Any:
    return model._meta.get_field(column)


def _prepared(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
) -> list[Row]:
    """The rows as the database takes them; most columns go in as they are."""
    conversions = [
        (place, conversion)
        for place, column in enumerate(columns)
        if (conversion := _conversion(connection, _field(model, column)))
    ]
    if not conversions:
        return list(rows)
    prepared: list[Row] = []
    for row in rows:
        values = list(row)
        for place, conversion in conversions:
            if values[place] is not None:
                values[place] = conversion(values[place])
        prepared.append(values)
    return prepared


def _conversion(
    connection: BaseDatabaseWrapper, field: models.Field[Any, Any]
) -> Callable[[Any], Any] | None:
    if isinstance(field, models.ForeignKey):
        # It is stored as the key that it points to.
        field = field.target_field
    if isinstance(field, models.JSONField):
        return lambda value: orjson.dumps(value).decode()
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.UUIDField):
        return _hexadecimal
    if isinstance(field, models.DateTimeField):
        return _once_in_a_row(connection.ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return None


def _hexadecimal(value: UUID) -> str:
    return value.hex


def _once_in_a_row(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The rows of one statement mostly bear the same instant."""
    last: list[Any] = [None, None]

    def converted(value: Any) -> Any:
        if value is not last[0]:
            last[:] = value, convert(value)
        return last[1]

    return converted


def _copied(
    cursor: Any,
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Row],
) -> str:
    """Copy the rows into a temporary table of this connection, empty again after the commit."""
    table, names = _quoted(connection, model._meta.db_table), _names(connection, model, columns)
    purpose = crc32(names.encode())
    incoming = _quoted(connection, f"incoming_{purpose:08x}_{model._meta.db_table}"[:63])
    cursor.execute(f"SELECT to_regclass('pg_temp.{incoming}')")
    if cursor.fetchone() == (None,):
        columns_of_it = f"SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608
        cursor.execute(
            f"CREATE TEMPORARY TABLE {incoming} ON COMMIT DELETE ROWS AS {columns_of_it}"
        )
    else:
        cursor.execute(f"DELETE FROM {incoming}")  # noqa: S608
    _copy(cursor, connection, incoming, names, rows)
    return incoming


def _copy(
    cursor: Any, connection: BaseDatabaseWrapper, table: str, names: str, rows: Iterable[Row]
) -> None:
    # Django does not know of copies: without this their errors would be the driver's own.
    with (
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
