"""The scripts' output: a JSON object per line for the program that calls them, or plain lines for a user."""

import json
import sys
from collections.abc import Callable


class Refused(Exception):
    """A fault that the user can fix; the message says what was expected, what came and what to do."""


class Messages:
    """As JSON, every line is an object with `words`, `done`, `total` and `unit`, or with `result`, or with `refused`.
    Otherwise progress and refusals go to stderr and the result, as JSON, to stdout.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def progress(self, words: str, done: float, total: float, unit: str = 'steps') -> None:
        if self.as_json:
            self._print({'words': words, 'done': done, 'total': total, 'unit': unit})
        else:
            print(f'{words} {done:.0f}/{total:.0f}', file=sys.stderr)

    def result(self, value: object) -> None:
        self._print({'result': value} if self.as_json else value)

    def refused(self, reason: str) -> None:
        if self.as_json:
            self._print({'refused': reason})
        else:
            print(reason, file=sys.stderr)

    def exit_code(self, work: Callable[[], object]) -> int:
        """Runs the work and prints its result or why it was refused. Returns 0, or 2 where it was refused; other
        exceptions pass through.
        """
        try:
            self.result(work())
            return 0
        except Refused as refusal:
            self.refused(str(refusal))
            return 2

    @staticmethod
    def _print(value: object) -> None:
        print(json.dumps(value), flush=True)
