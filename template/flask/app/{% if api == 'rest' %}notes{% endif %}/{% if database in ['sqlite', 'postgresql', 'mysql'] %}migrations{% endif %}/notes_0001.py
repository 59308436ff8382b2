"""Make the table of notes."""

import sqlalchemy as sa
from alembic import op

from app.database.dialect import TABLE, Identifier, Moment

revision = "notes_0001"
down_revision = None
branch_labels = ("notes",)
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "notes",
        sa.Column("id", Identifier, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author_id", Identifier),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        if_not_exists=True,
        **TABLE,
    )


def downgrade() -> None:
    """Drop it, and all notes with it."""
    op.drop_table("notes", if_exists=True)
