"""The environment is read once, and refused in one line."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import AfterValidator

from app import create_app
from app.config import ConfigError, Variables, read, refuse, settings


def test_the_defaults_are_those_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APP_ENV")
    assert settings(create_app()).model_dump() == {
        "APP_ENV": "development",
        "HOST": "127.0.0.1",
        "PORT": 8000,
        "LOG_LEVEL": "info",
        "TRUST_PROXY": 0,
    }


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("APP_ENV", "x", 'must be one of development, test, production, not "x"; for example APP_ENV=production'),
        ("HOST", "a b", 'must be an IP address or a host name, not "a b"; for example HOST=127.0.0.1'),
        ("HOST", "1.2.3.400", 'must be an IP address or a host name, not "1.2.3.400"; for example HOST=127.0.0.1'),
        ("PORT", "x", 'must be a whole number from 1 to 65535, not "x"; for example PORT=8000'),
        ("PORT", "0", 'must be a whole number from 1 to 65535, not "0"; for example PORT=8000'),
        ("LOG_LEVEL", "x", 'must be one of debug, info, warning, error, not "x"; for example LOG_LEVEL=info'),
        ("TRUST_PROXY", "-1", 'must be a whole number from 0 to 10, not "-1"; for example TRUST_PROXY=1'),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, line: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as refused:
        create_app()
    refused.value.show()
    assert capsys.readouterr().err == f"{name} {line}\n"


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(value: str) -> str:
        return value if len(value) > 3 else refuse("must be long")

    class Secret(Variables):
        KEY: Annotated[str, AfterValidator(check)] = "none"

    examples = {"KEY": "long enough"}
    assert read(Secret, examples).KEY == "none"
    monkeypatch.setenv("KEY", "abcd")
    assert read(Secret, examples).KEY == "abcd"
    monkeypatch.setenv("KEY", "abc")
    with pytest.raises(ConfigError) as refused:
        read(Secret, examples)
    assert refused.value.message == "KEY must be long; for example KEY=long enough"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert settings(create_app()).PORT == 8000


def test_the_env_file_is_read_in_development_only(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("APP_ENV=production\nPORT=8001\nLOG_LEVEL=debug\n")
    assert settings(create_app()).PORT == 8000
    monkeypatch.setenv("APP_ENV", "development")
    monkeypatch.setenv("LOG_LEVEL", "error")
    read = settings(create_app())
    assert (read.APP_ENV, read.PORT, read.LOG_LEVEL) == ("development", 8001, "error")


def test_an_env_file_is_text_in_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "development")
    # As some editors write it: with a mark before the first name.
    Path(".env").write_bytes(b"\xef\xbb\xbfPORT=8001\n")
    assert settings(create_app()).PORT == 8001
    Path(".env").write_text("PORT=8001\n", encoding="utf-16")
    with pytest.raises(ConfigError) as refused:
        create_app()
    assert refused.value.message == ".env must be text in UTF-8; for example a copy of .env.example"
