"""Make the table of messages."""

import sqlalchemy as sa
from alembic import op

from app.database.dialect import TABLE, Identifier, Moment, word

revision = "messages_0001"
down_revision = None
branch_labels = ("messages",)
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "messages",
        sa.Column("id", Identifier, primary_key=True),
        sa.Column("room", word(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("author_id", Identifier),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Index("messages_room_number", "room", "number", unique=True),
        if_not_exists=True,
        **TABLE,
    )


def downgrade() -> None:
    """Drop it, and all messages with it."""
    op.drop_table("messages", if_exists=True)
