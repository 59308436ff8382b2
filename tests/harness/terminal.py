"""A terminal of 80 columns in which Copier asks its questions, and somebody who answers them."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, Self

import pexpect  # type: ignore[import-untyped]
import pyte

if TYPE_CHECKING:
    from pathlib import Path

    from harness.questionnaire import Answers, Questionnaire

COLUMNS, LINES = 80, 60
DOWN, UP, ENTER, CLEAR = "\x1b[B", "\x1b[A", "\r", "\x01\x0b"
PATIENCE = 30.0


class Terminal:
    """One run of a command that asks."""

    def __init__(self, template: Path, folder: Path, *arguments: str) -> None:
        """Start `copier copy`."""
        environment = {**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "LANG": "C.UTF-8"}
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.Stream(self.screen)
        command = ["-m", "copier", "copy", *arguments, str(template), str(folder)]
        self._child = pexpect.spawn(
            sys.executable, command, dimensions=(LINES, COLUMNS), env=environment, timeout=PATIENCE
        )
        self.told = ""

    def __enter__(self) -> Self:
        """Use it in a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the run, however far it came."""
        self._child.close(force=True)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def type(self, keys: str) -> None:
        """Press keys."""
        self._child.send(keys)

    def wait(self, words: str, quiet: float = 0.25) -> str:
        """Wait until words are on the screen and nothing more is drawn."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            alive = self._read(quiet)
            if words in self.text:
                return self.text
            if not alive:
                break
        message = f"{words!r} did not appear:\n{self.text}"
        raise AssertionError(message)

    def finish(self) -> int:
        """Wait for the end and return the exit status."""
        while self._read(1.0):
            pass
        self._child.close()
        return int(self._child.exitstatus if self._child.exitstatus is not None else -1)

    def _read(self, quiet: float) -> bool:
        """Draw what comes until it pauses; false at the end."""
        try:
            while True:
                got = self._child.read_nonblocking(65536, quiet).decode(errors="replace")
                self.told += got
                self._stream.feed(got)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False

    # Answering

    def answer(self, questionnaire: Questionnaire, wishes: Answers) -> dict[str, str]:
        """Go through all questions, choosing what is wished and pressing Enter else; what each screen showed."""
        known: Answers = {}
        seen: dict[str, str] = {}
        for name in questionnaire.order:
            question = questionnaire.question(name, known)
            if not question.get_when():
                value = question.get_default()
                known[name] = questionnaire._intern(value)
                continue
            first = question.get_message().split("\n")[0]
            seen[name] = self.wait(first[:60])
            known[name] = self._give(questionnaire, name, known, wishes)
        return seen

    def _give(self, questionnaire: Questionnaire, name: str, known: Answers, wishes: Answers) -> Any:
        question = questionnaire.question(name, known)
        default = question.get_default()
        wish = wishes.get(name, default)
        if wish == default:
            self.type(ENTER)
        elif not questionnaire.values(name):
            self.type(CLEAR + str(wish) + ENTER)
        elif isinstance(wish, bool):
            self.type("y" if wish else "n")
        else:
            able = [choice.value for choice in question._formatted_choices if not choice.disabled]
            steps = able.index(wish) - able.index(default)
            self.type((DOWN if steps > 0 else UP) * abs(steps))
            self.wait("»")
            self.type(ENTER)
        return wish
