"""A route that says what it takes and answers: both are checked against it, and the document is made from it."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.errors import FieldError, Problem

LARGEST_BODY = 1024 * 1024

_Model = TypeVar("_Model", bound=BaseModel)
_View = Callable[..., Response]

_JSON = re.compile(r'application/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?', re.IGNORECASE)

# What pydantic finds, in our words; what a field's own check says is said as it is.
_MESSAGES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known.",
    "string_type": "This must be a string.",
    "string_pattern_mismatch": "This must match {pattern}.",
    "string_too_short": "This must have at least {min_length} character(s).",
    "string_too_long": "This must have at most {max_length} character(s).",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "int_type": "This must be an integer.",
    "int_from_float": "This must be an integer.",
    "int_parsing": "This must be an integer.",
    "int_parsing_size": "This must be an integer.",
    "float_type": "This must be a number.",
    "float_parsing": "This must be a number.",
    "finite_number": "This must be a number.",
    "greater_than": "This must be more than {gt}.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than": "This must be less than {lt}.",
    "less_than_equal": "This must be at most {le}.",
    "multiple_of": "This must be a multiple of {multiple_of}.",
    "literal_error": "This must be {expected}.",
    "enum": "This must be {expected}.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "too_short": "This must have at least {min_length} item(s).",
    "too_long": "This must have at most {max_length} item(s).",
    "uuid_type": "This must be a UUID.",
    "uuid_parsing": "This must be a UUID.",
    "date_type": "This must be a date.",
    "date_parsing": "This must be a date.",
    "date_from_datetime_parsing": "This must be a date.",
    "datetime_type": "This must be a date and time.",
    "datetime_parsing": "This must be a date and time.",
    "datetime_from_date_parsing": "This must be a date and time.",
    "timezone_aware": "This must be a date and time with an offset.",
}


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


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _query(model: type[_Model]) -> _Model:
    repeated = [name for name in model.model_fields if len(request.args.getlist(name)) > 1]
    values = {name: request.args[name] for name in model.model_fields if name in request.args}
    wrong = {f"/{name}": "This must be given once." for name in repeated}
    try:
        found = model.model_validate({name: value for name, value in values.items() if name not in repeated})
    except ValidationError as error:
        wrong.update({each["path"]: each["message"] for each in _field_errors(error)})
    if wrong:
        paths = [path for path in map("/{}".format, model.model_fields) if path in wrong]
        _invalid([{"path": path, "message": wrong[path]} for path in paths])
    return found


def _body(model: type[_Model]) -> _Model:
    coding = request.headers.get("Content-Encoding", "identity").strip()
    if coding.lower() != "identity" or not _JSON.fullmatch(request.headers.get("Content-Type", "")):
        raise Problem(415, "The request body must be application/json.")
    value = _parse(_read())
    if not isinstance(value, dict):
        _invalid([{"path": "", "message": "This must be an object."}])
    known = {name: content for name, content in value.items() if name in model.model_fields}
    wrong: list[FieldError] = [
        {"path": _pointer(name), "message": "This field is not known."} for name in sorted(value) if name not in known
    ]
    try:
        found = model.model_validate(known)
    except ValidationError as error:
        wrong = [*_field_errors(error), *wrong]
    if wrong:
        _invalid(wrong)
    return found


def _read() -> bytes:
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


def _pointer(*names: str | int) -> str:
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def _field_errors(error: ValidationError) -> list[FieldError]:
    return [
        {"path": _pointer(*each["loc"]), "message": _message(each)}
        for each in error.errors(include_url=False, include_input=False)
    ]


def _message(found: ErrorDetails) -> str:
    context = {name: _brief(value) for name, value in found.get("ctx", {}).items()}
    if found["type"] in ("value_error", "assertion_error"):
        return str(context["error"])
    if found["type"] not in _MESSAGES:
        return found["msg"]
    one = 1 in (context.get("min_length"), context.get("max_length"))
    return _MESSAGES[found["type"]].replace("(s)", "" if one else "s").format_map(context)


def _brief(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _invalid(errors: list[FieldError]) -> NoReturn:
    raise Problem(422, "The request is not valid.", errors=errors)
