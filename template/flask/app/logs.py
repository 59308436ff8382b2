"""One line an event: JSON in production, readable in development."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import Flask
from structlog.typing import EventDict, Processor, WrappedLogger

from app.config import settings


def init_app(app: Flask) -> None:
    """Send everything that is logged, by us or by a library, through the same two processors to stdout."""
    wanted = settings(app)
    shared: list[Processor] = [structlog.stdlib.add_log_level, _shape]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _json if wanted.APP_ENV == "production" else _readable,
            ],
        )
    )
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[handler], level=wanted.LOG_LEVEL.upper(), force=True)


def now() -> str:
    """Return the time as RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shape(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # Libraries say "critical" and "warn"; the printed levels are four.
    level = {"critical": "error", "warn": "warning"}.get(event["level"], event["level"])
    exc_info = event.pop("exc_info", None) or getattr(event.get("_record"), "exc_info", None)
    shaped = {"time": now(), "level": level, "message": event.pop("event")}
    shaped.update((key, value) for key, value in event.items() if key != "level")
    if exc_info:
        shaped["error"] = _stack(exc_info)
    return shaped


def _stack(exc_info: Any) -> str:
    if exc_info is True:
        exc_info = sys.exc_info()
    elif isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    return logging.Formatter().formatException(exc_info)


def _json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=str)


def _readable(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    time, level, message = event.pop("time"), event.pop("level"), event.pop("message")
    stack = event.pop("error", None)
    rest = " ".join(f"{key}={value}" for key, value in event.items())
    line = f"{time} {level:7} {message} {rest}".rstrip()
    return f"{line}\n{stack}" if stack else line
