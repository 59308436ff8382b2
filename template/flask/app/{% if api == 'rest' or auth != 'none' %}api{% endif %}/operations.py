"""A route that says what it takes and answers: both are checked against it, and the document is made from it."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError

from app.errors import FieldError, Problem
from app.fields import check, field_errors, invalid

LARGEST_BODY = 1024 * 1024

_Model = TypeVar("_Model", bound=BaseModel)
_View = Callable[..., Response]

_JSON = re.compile(r'application/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?', re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """One status that a route may answer with."""

    description: str
    model: type[BaseModel] | None = None
    example: object = None
    headers: tuple[str, ...] = ()
    media_type: str = "application/json"
    schema: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Operation:
    """What a route takes and answers."""

    id: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    body: type[BaseModel] | None = None
    example: object = None
    query: type[BaseModel] | None = None
    headers: tuple[str, ...] = ()
    problems: tuple[int, ...] = ()
    details: Mapping[int, str] = field(default_factory=dict)
    fault: FieldError | None = None


def operation(
    tag: str,
    summary: str,
    answers: Mapping[int, Answer],
    *,
    body: type[BaseModel] | None = None,
    example: object = None,
    query: type[BaseModel] | None = None,
    headers: tuple[str, ...] = (),
    problems: tuple[int, ...] = (),
    details: Mapping[int, str] | None = None,
    fault: FieldError | None = None,
) -> Callable[[_View], _View]:
    """Describe a view; it is called with a valid `body` and `query`, or not at all.

    It may answer with `problems`, which are the same everywhere, and with those of its own, for which `details` has
    the words; `fault` is a field that might be wrong, for the example of a 422.
    """

    def decorate(view: _View) -> _View:
        @functools.wraps(view)
        def checked(**arguments: Any) -> Response:
            if query is not None:
                arguments["query"] = _query(query)
            if body is not None:
                arguments["body"] = _body(body)
            return view(**arguments)

        checked.operation = Operation(  # type: ignore[attr-defined]
            _camel(view.__name__),
            tag,
            summary,
            answers,
            body,
            example,
            query,
            headers,
            problems,
            details or {},
            fault,
        )
        return checked

    return decorate


def reply(model: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a model as JSON."""
    return Response(model.model_dump_json(), status, headers, content_type="application/json")


def read_body() -> bytes:
    """Return what the body of the request holds, if that is not too much."""
    content = b""
    try:
        while len(content) <= LARGEST_BODY and (request.content_length or 0) <= LARGEST_BODY:
            piece = request.stream.read(LARGEST_BODY + 1 - len(content))
            if not piece:
                return content
            content += piece
    except Exception as error:
        # Whatever goes wrong while reading is the sender's: a chunk without a size, a line that ends early.
        raise Problem(400) from error
    raise Problem(413)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _query(model: type[_Model]) -> _Model:
    repeated = [name for name in model.model_fields if len(request.args.getlist(name)) > 1]
    values = {name: request.args[name] for name in model.model_fields if name in request.args}
    wrong = {f"/{name}": "This must be given once." for name in repeated}
    try:
        found = model.model_validate({name: value for name, value in values.items() if name not in repeated})
    except ValidationError as error:
        wrong.update({each["path"]: each["message"] for each in field_errors(error)})
    if wrong:
        paths = [path for path in map("/{}".format, model.model_fields) if path in wrong]
        invalid([{"path": path, "message": wrong[path]} for path in paths])
    return found


def _body(model: type[_Model]) -> _Model:
    coding = request.headers.get("Content-Encoding", "identity").strip()
    if coding.lower() != "identity" or not _JSON.fullmatch(request.headers.get("Content-Type", "")):
        raise Problem(415, "The request body must be application/json.")
    return check(model, _parse(read_body()))


def _parse(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_no_number, parse_int=_integer)
    except (ValueError, RecursionError):
        raise Problem(400, "The request body is not valid JSON.") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _integer(digits: str) -> int | float:
    # Python refuses to read thousands of digits; JSON does not.
    return int(digits) if len(digits) < 400 else float(digits)
