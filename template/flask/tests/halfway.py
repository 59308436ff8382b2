"""`python -m tests.halfway` serves the application with an address whose answer fails half way."""

from collections.abc import Iterator

from flask import Flask

from app import server
from app.features import FEATURES


class Half:
    """A feature for the tests."""

    def init_app(self, app: Flask, /) -> None:
        """Add the address."""

        @app.get("/half")
        def half() -> Iterator[str]:
            yield "half"
            raise ValueError


FEATURES.append(Half())
server.main()
