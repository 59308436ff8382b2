"""What clients of live data send."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from app.text import text


class Subscription(BaseModel):
    """A symbol to hear of."""

    model_config = ConfigDict(extra="forbid", strict=True)

    symbol: Annotated[str, text(0, 100_000)]
