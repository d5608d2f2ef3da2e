"""How the tables came to be, one revision per file. `storage.migrate` runs them.

A new one, after changing `models/tables/`: write it by hand or start from `alembic.autogenerate.produce_migrations`;
`tests/storage/test_migrate.py` fails until migrated tables and `models/tables/` agree on both databases.
"""
