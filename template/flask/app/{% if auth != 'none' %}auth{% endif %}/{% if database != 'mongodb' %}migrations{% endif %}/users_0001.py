"""Make the tables of accounts and of what failed at signing in."""

import sqlalchemy as sa
from alembic import op

from app.database.dialect import TABLE, Identifier, Moment

revision = "users_0001"
down_revision = None
branch_labels = ("users",)
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "users",
        sa.Column("id", Identifier, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Index("users_email_key", "email_key", unique=True),
        if_not_exists=True,
        **TABLE,
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", Identifier, primary_key=True),
        sa.Column("subject", sa.CHAR(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Index("sign_in_failures_subject_at", "subject", "at"),
        if_not_exists=True,
        **TABLE,
    )


def downgrade() -> None:
    """Drop them, and all accounts with them."""
    op.drop_table("sign_in_failures", if_exists=True)
    op.drop_table("users", if_exists=True)
