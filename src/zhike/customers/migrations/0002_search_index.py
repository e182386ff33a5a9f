"""The full-text index on the search columns of customers.

The columns hold tokens separated by blanks (``customers.rules.search``), so neither database needs to know Chinese.
A later migration that makes SQLite rebuild the table ``customers_customer`` has to run these operations again:
rebuilding a table drops its triggers (``zhike doctor`` would notice).
"""

from django.db import migrations

SQLITE = (
    """
    CREATE VIRTUAL TABLE customers_search USING fts5(
        search_open, search_contact, content='customers_customer', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Cn'"
    )
    """,
    """
    CREATE TRIGGER customers_search_insert AFTER INSERT ON customers_customer BEGIN
        INSERT INTO customers_search (rowid, search_open, search_contact)
        VALUES (new.id, new.search_open, new.search_contact);
    END
    """,
    """
    CREATE TRIGGER customers_search_delete AFTER DELETE ON customers_customer BEGIN
        INSERT INTO customers_search (customers_search, rowid, search_open, search_contact)
        VALUES ('delete', old.id, old.search_open, old.search_contact);
    END
    """,
    """
    CREATE TRIGGER customers_search_update AFTER UPDATE OF search_open, search_contact ON customers_customer
    WHEN old.search_open <> new.search_open OR old.search_contact <> new.search_contact BEGIN
        INSERT INTO customers_search (customers_search, rowid, search_open, search_contact)
        VALUES ('delete', old.id, old.search_open, old.search_contact);
        INSERT INTO customers_search (rowid, search_open, search_contact)
        VALUES (new.id, new.search_open, new.search_contact);
    END
    """,
    "INSERT INTO customers_search (customers_search) VALUES ('rebuild')",
)
SQLITE_UNDO = (
    "DROP TRIGGER IF EXISTS customers_search_insert",
    "DROP TRIGGER IF EXISTS customers_search_delete",
    "DROP TRIGGER IF EXISTS customers_search_update",
    "DROP TABLE IF EXISTS customers_search",
)
POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION customers_tokens(tokens text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT array_to_tsvector(array_remove(string_to_array(tokens, ' '), '')) $$
    """,
    "CREATE INDEX customers_search_open ON customers_customer USING gin (customers_tokens(search_open))",
    "CREATE INDEX customers_search_contact ON customers_customer USING gin (customers_tokens(search_contact))",
)
POSTGRESQL_UNDO = (
    "DROP INDEX IF EXISTS customers_search_contact",
    "DROP INDEX IF EXISTS customers_search_open",
    "DROP FUNCTION IF EXISTS customers_tokens(text)",
)


def make(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    statements = POSTGRESQL_UNDO if schema_editor.connection.vendor == "postgresql" else SQLITE_UNDO
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [migrations.RunPython(make, drop)]
