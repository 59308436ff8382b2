"""Redis: one client an application, and whether it answers."""

from typing import Annotated

from flask import Flask, Response
from pydantic import Field
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError
from redis.retry import Retry

from app.addresses import address, is_server
from app.config import Variables, read
from app.errors import Problem, answer, failed
from app.health import checks
from app.lifecycle import lifecycle

EXAMPLE = "redis://127.0.0.1:6379/0"


def _is_address(value: str) -> bool:
    return is_server(value, ("redis", "rediss"), r"(?:/[0-9]{0,3})?", {})


class RedisVariables(Variables):
    """Where Redis is."""

    REDIS_URL: Annotated[
        str, address(_is_address, "must be the address of a Redis server", EXAMPLE), Field(validate_default=True)
    ] = ""


def init_app(app: Flask) -> None:
    """Make the client, which connects when it is first used and again after each time that Redis was away."""
    made: Redis = Redis.from_url(
        read(RedisVariables, {"REDIS_URL": EXAMPLE}).REDIS_URL,
        decode_responses=True,
        # One process has thousands of clients, of whom many may ask at once, and Redis serves ten thousand connections.
        max_connections=1000,
        socket_connect_timeout=2,
        socket_timeout=2,
        # Once more and at once: what the first attempt found may be a connection from before a restart.
        retry=Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),
    )
    app.extensions["redis"] = made
    checks(app).add("redis", lambda: _ping(made))
    lifecycle(app).at_stop(made.close)
    app.register_error_handler(RedisError, _unavailable)


def client(app: Flask) -> Redis:
    """Return the client of this application."""
    found: Redis = app.extensions["redis"]
    return found


def _ping(made: Redis) -> None:
    made.ping()


def _unavailable(error: Exception) -> Response:
    failed(error)
    return answer(Problem(503))
