"""The book only grows: the database itself refuses to change or remove what stands in it.

Revision: 0002, after 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION book_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE OR REPLACE FUNCTION book_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO entry_queue (entry_id) VALUES (NEW.id); RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION book_is_append_only()",
    "CREATE OR REPLACE TRIGGER entries_wait AFTER INSERT ON entries FOR EACH ROW EXECUTE FUNCTION book_entry_waits()",
    "CREATE OR REPLACE TRIGGER leaves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaves FOR EACH STATEMENT EXECUTE FUNCTION book_is_append_only()",
    "CREATE OR REPLACE TRIGGER tree_nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tree_nodes FOR EACH STATEMENT EXECUTE FUNCTION book_is_append_only()",
    "CREATE OR REPLACE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION book_is_append_only()",
    "CREATE OR REPLACE TRIGGER entry_salts_append_only BEFORE UPDATE ON entry_salts FOR EACH STATEMENT EXECUTE FUNCTION book_is_append_only()",
)
SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'append-only: entries'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append-only: entries'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_wait AFTER INSERT ON entries BEGIN INSERT INTO entry_queue (entry_id) VALUES (NEW.id); END",
    "CREATE TRIGGER IF NOT EXISTS leaves_no_update BEFORE UPDATE ON leaves BEGIN SELECT RAISE(ABORT, 'append-only: leaves'); END",
    "CREATE TRIGGER IF NOT EXISTS leaves_no_delete BEFORE DELETE ON leaves BEGIN SELECT RAISE(ABORT, 'append-only: leaves'); END",
    "CREATE TRIGGER IF NOT EXISTS tree_nodes_no_update BEFORE UPDATE ON tree_nodes BEGIN SELECT RAISE(ABORT, 'append-only: tree_nodes'); END",
    "CREATE TRIGGER IF NOT EXISTS tree_nodes_no_delete BEFORE DELETE ON tree_nodes BEGIN SELECT RAISE(ABORT, 'append-only: tree_nodes'); END",
    "CREATE TRIGGER IF NOT EXISTS checkpoints_no_update BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'append-only: checkpoints'); END",
    "CREATE TRIGGER IF NOT EXISTS checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'append-only: checkpoints'); END",
    "CREATE TRIGGER IF NOT EXISTS entry_salts_no_update BEFORE UPDATE ON entry_salts BEGIN SELECT RAISE(ABORT, 'append-only: entry_salts'); END",
)


def upgrade() -> None:
    """Put the guards in place."""
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Dropping the tables takes their guards along; nothing else may take them away."""
