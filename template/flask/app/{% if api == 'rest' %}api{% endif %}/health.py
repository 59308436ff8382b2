"""How the document describes the health routes, which know nothing of it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, create_model

from app.api.operations import Answer, Operation
from app.health import Checks

State = Literal["ok", "unavailable"]


class Liveness(BaseModel):
    """The process answers."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["ok"]


def operations(checks: Checks) -> dict[str, Operation]:
    """Return what the health routes answer, by endpoint."""
    well = dict.fromkeys(checks, "ok")
    ill = dict.fromkeys(checks, "unavailable")
    readiness = _readiness(checks)
    return {
        "health.live": Operation(
            "live",
            "health",
            "Is the process alive?",
            {200: Answer("It is.", Liveness, {"status": "ok"})},
        ),
        "health.ready": Operation(
            "ready",
            "health",
            "May it be sent requests?",
            {
                200: Answer("It may.", readiness, {"status": "ok", "checks": well}),
                503: Answer("Not now.", readiness, {"status": "unavailable", "checks": ill}),
            },
        ),
    }


def _readiness(checks: Checks) -> type[BaseModel]:
    strict = ConfigDict(extra="forbid")
    fields: dict[str, Any] = dict.fromkeys(checks, (State, ...))
    found = create_model("Checks", __config__=strict, **fields)
    return create_model("Readiness", __config__=strict, status=(State, ...), checks=(found, ...))
