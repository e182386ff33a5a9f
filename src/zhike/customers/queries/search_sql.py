"""The statements of the customer search, for both databases.

Search columns hold tokens, each after a blank (see ``rules.search``). The full-text index only proposes rows:
every row is tested with the needles themselves, so that both databases give the same answers.

* SQLite: the FTS5 table ``customers_search``, external content, kept by triggers.
* PostgreSQL: GIN indexes on ``customers_tokens(search_open)`` and ``customers_tokens(search_contact)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from zhike.core.permissions import Scope, Viewer
from zhike.customers.rules.search import SearchQuery


@dataclass(slots=True)
class Statement:
    """SQL with its parameters, built in order."""

    sql: str = ""
    params: list[Any] = field(default_factory=list)

    def add(self, sql: str, *params: Any) -> Statement:
        """Append a piece and its parameters."""
        self.sql += sql
        self.params += params
        return self

    def rows(self) -> list[tuple[Any, ...]]:
        """Run it."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return list(cursor.fetchall())


def _position() -> str:
    return "strpos" if connection.vendor == "postgresql" else "instr"


def _scope(statement: Statement, viewer: Viewer, alias: str) -> None:
    """`` AND`` the condition of the viewer's scope on a table that has owner_id and team_id."""
    if viewer.is_system or viewer.scope == Scope.ALL:
        return
    if viewer.scope == Scope.OWN:
        statement.add(f" AND {alias}.owner_id = %s", viewer.user_id)
        return
    marks = ", ".join(["%s"] * len(viewer.team_ids)) or "NULL"
    statement.add(f" AND {alias}.team_id IN ({marks})", *viewer.team_ids)


def _tests(statement: Statement, query: SearchQuery, *, contacts: bool) -> None:
    """`` AND`` every needle occurs in a column that may be searched."""
    find = _position()
    for needle in query.needles:
        if contacts:
            statement.add(
                f" AND ({find}(c.search_open, %s) > 0 OR {find}(c.search_contact, %s) > 0)", needle, needle
            )
        else:
            statement.add(f" AND {find}(c.search_open, %s) > 0", needle)


def _class(statement: Statement, query: SearchQuery) -> None:
    """1 where the name or the number begins with the query, else 2 (exact hits are looked up apart)."""
    find, length = _position(), len(query.needles[0])
    statement.add("CASE WHEN substr(c.search_open, 1, %s) = %s", length, query.needles[0])
    if query.name_key:
        statement.add(f" OR {find}(replace(c.name_key, ' ', ''), %s) = 1", query.name_key)
    if query.number is not None:
        statement.add(f" OR {find}(CAST(c.number AS varchar(20)), %s) = 1", str(query.number))
    statement.add(" THEN 1 ELSE 2 END")


_ORDER = " ORDER BY 1, 2, 3 LIMIT %s"


Hit = tuple[int, int, int]
"""A match as it is ranked: class, value (the other way round), id (the other way round)."""


def among_most_valuable(
    query: SearchQuery, viewer: Viewer, *, contacts: bool, walk: int, limit: int
) -> list[Hit]:
    """Matches among the ``walk`` most valuable customers of the scope, in order."""
    statement = Statement("SELECT ")
    _class(statement, query)
    statement.add(", -s.value_12m, -c.id FROM (")
    _walk(statement, viewer, walk)
    statement.add(") s JOIN customers_customer c ON c.id = s.customer_id WHERE 1 = 1")
    _tests(statement, query, contacts=contacts)
    statement.add(_ORDER, limit)
    return [(rank, value, pk) for rank, value, pk in statement.rows()]


def _walk(statement: Statement, viewer: Viewer, count: int) -> None:
    teams = [] if viewer.is_system or viewer.scope != Scope.TEAM else list(viewer.team_ids)
    piece = "SELECT customer_id, value_12m FROM customers_score s WHERE 1 = 1"
    tail = " ORDER BY value_12m DESC, customer_id DESC LIMIT %s"
    if len(teams) < 2:
        statement.add(piece)
        _scope(statement, viewer, "s")
        statement.add(tail, count)
        return
    for number, team in enumerate(teams):
        union = " UNION ALL " if number else "SELECT customer_id, value_12m FROM ("
        statement.add(f"{union}SELECT * FROM ({piece} AND s.team_id = %s{tail}) t{number}", team, count)  # noqa: S608 - no input in it
    statement.add(f") u{tail}", count)


def from_index(query: SearchQuery, viewer: Viewer, *, contacts: bool, most: int, limit: int) -> list[Hit]:
    """Matches that the full-text index proposes (at most ``most`` are ranked), in order."""
    statement = Statement("SELECT found.class, -s.value_12m, -found.id FROM (SELECT c.id AS id, ")
    _class(statement, query)
    statement.add(" AS class FROM ")
    if connection.vendor == "postgresql":
        statement.add("customers_customer c WHERE 1 = 1")
        _gin(statement, query, contacts=contacts)
    else:
        statement.add("customers_search f CROSS JOIN customers_customer c ON c.id = f.rowid")
        statement.add(" WHERE customers_search MATCH %s", _fts(query, contacts=contacts))
    _scope(statement, viewer, "c")
    _tests(statement, query, contacts=contacts)
    statement.add(" LIMIT %s) found JOIN customers_score s ON s.customer_id = found.id", most)
    statement.add(_ORDER, limit)
    return [(rank, value, pk) for rank, value, pk in statement.rows()]


def _fts(query: SearchQuery, *, contacts: bool) -> str:
    columns = "{search_open search_contact}" if contacts else "search_open"
    return " AND ".join(f'{columns} : "{needle.strip()}" *' for needle in query.needles)


def _gin(statement: Statement, query: SearchQuery, *, contacts: bool) -> None:
    for needle in query.needles:
        tokens = needle.split()
        wanted = " & ".join(f"'{token}'" for token in tokens[:-1])
        wanted = f"{wanted} & '{tokens[-1]}':*" if wanted else f"'{tokens[-1]}':*"
        statement.add(" AND (customers_tokens(c.search_open) @@ %s::tsquery", wanted)
        if contacts:
            statement.add(" OR customers_tokens(c.search_contact) @@ %s::tsquery", wanted)
        statement.add(")")


def with_name(query: SearchQuery, keys: Sequence[str], viewer: Viewer, *, most: int) -> list[tuple[int, str]]:
    """(id, name) of customers whose name sounds exactly like the query and whose tokens begin with it."""
    marks = ", ".join(["%s"] * len(keys))
    first = query.needles[0] + " "
    statement = Statement(
        "SELECT c.id, c.name FROM customers_customer c JOIN customers_score s ON s.customer_id = c.id"
    )
    statement.add(
        f" WHERE c.name_key IN ({marks}) AND substr(c.search_open, 1, %s) = %s", *keys, len(first), first
    )
    _scope(statement, viewer, "c")
    statement.add(" ORDER BY s.value_12m DESC, c.id DESC LIMIT %s", most)
    return statement.rows()


def with_contact(normal: str, viewer: Viewer, *, most: int) -> list[int]:
    """Ids of customers that have this canonical phone or e-mail, the most valuable first."""
    statement = Statement(
        "SELECT DISTINCT c.id, s.value_12m FROM customers_contactpoint p"
        " JOIN customers_customer c ON c.id = p.customer_id JOIN customers_score s ON s.customer_id = c.id"
        " WHERE p.normal = %s",
        [normal],
    )
    _scope(statement, viewer, "c")
    statement.add(" ORDER BY 2 DESC, 1 DESC LIMIT %s", most)
    return [row[0] for row in statement.rows()]


def with_number(number: int, viewer: Viewer) -> list[int]:
    """Id of the customer with this number."""
    statement = Statement("SELECT c.id FROM customers_customer c WHERE c.number = %s", [number])
    _scope(statement, viewer, "c")
    return [row[0] for row in statement.rows()]
