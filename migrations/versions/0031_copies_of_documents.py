"""Copies of the documents on which programmes stand.

Revision: 0031, after 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; programmes of before publish nothing more until a document of theirs is on file."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "basis_files",
        sa.Column("id", number, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("document_id", number, nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("media_type", sa.String(length=24), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("added_by_id", number, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instead_of_id", number, nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["accounts.id"], name=op.f("fk_basis_files_added_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["basis_documents.id"], name=op.f("fk_basis_files_document_id")),
        sa.ForeignKeyConstraint(["instead_of_id"], ["basis_files.id"], name=op.f("fk_basis_files_instead_of_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis_files")),
        sa.UniqueConstraint("ref", name=op.f("uq_basis_files_ref")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_basis_files_storage_key")),
    )
    op.create_index(op.f("ix_basis_files_document_id"), "basis_files", ["document_id"], unique=False)


def downgrade() -> None:
    """Forget which copies were on file."""
    op.drop_index(op.f("ix_basis_files_document_id"), table_name="basis_files")
    op.drop_table("basis_files")
