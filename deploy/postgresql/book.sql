-- The book only grows, for the site's own role, too: after every migration, as circle_owner.
-- psql "$DATABASE_OWNER_URL" -f deploy/postgresql/book.sql; running it again changes nothing.
\set ON_ERROR_STOP on

REVOKE UPDATE, DELETE, TRUNCATE ON entries, leaves, tree_nodes, checkpoints FROM circle_app;
-- A salt may go, so that its text is forgotten, but never change.
REVOKE UPDATE, TRUNCATE ON entry_salts FROM circle_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM circle_app;
