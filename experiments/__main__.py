"""The command line ``rongzhi``: one run, lists of what there is, studies, verification, calibration."""

from __future__ import annotations

import argparse
import difflib
import errno
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from experiments.errors import GaveOutError
from experiments.text import TAGS, asked_language, language_named, language_of_locale, text
from experiments.verbs import calibrate as calibrate_verb
from experiments.verbs import check as check_verb
from experiments.verbs import init as init_verb
from experiments.verbs import list as list_verb
from experiments.verbs import reproduce as reproduce_verb
from experiments.verbs import run as run_verb
from experiments.verbs import study as study_verb
from experiments.verbs import verify as verify_verb
from experiments.verbs.study import report as report_verb

_FULL = {errno.ENOSPC, errno.EDQUOT}
GAVE_OUT, BAD_INPUT, INTERRUPTED = 1, 2, 130
# What argparse complains about, as it words it, and our words for it.
_COMPLAINTS = (
    (r"unrecognized arguments: (?P<got>.*)", "error.unrecognized"),
    (r"the following arguments are required: (?P<missing>.*)", "error.required"),
    (r"argument (?P<name>.*): invalid choice: '(?P<got>.*?)' \(choose from (?P<known>.*)\)", "error.choice"),
    (r"argument (?P<name>.*): expected (?:one|at least one) argument", "error.expected"),
    (r"argument (?P<name>.*): ignored explicit argument '(?P<got>.*)'", "error.no_value"),
)


class Parser(argparse.ArgumentParser):
    """A parser whose help and complaints are in one of the project's languages."""

    language = "en"

    def __init__(self, **fields: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **fields)
        self.arguments = self.add_argument_group(text(self.language, "help.arguments"))
        self.options = self.add_argument_group(text(self.language, "help.options"))
        self.options.add_argument("-h", "--help", action="help", help=text(self.language, "help.help"))
        self.options.add_argument("--lang", metavar="|".join(TAGS), help=text(self.language, "help.lang"))

    def format_help(self) -> str:
        """Help with its first word and the colons of its headings in the language."""
        words = super().format_help().replace("usage:", text(self.language, "help.usage"), 1)
        return words if self.language == "en" else re.sub(r"^(\S+):$", r"\1：", words, flags=re.MULTILINE)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one message and leave with exit code 2."""
        options = re.findall(r"--[\w-]+", self.format_usage())
        words = complaint(message, self.language, options)
        print(text(self.language, "error.usage", message=words, command=self.prog), file=sys.stderr)
        raise SystemExit(BAD_INPUT)


def complaint(message: str, language: str, options: Sequence[str] = ()) -> str:
    """Put a complaint of argparse into our words; one that we do not know stays as it is."""
    for pattern, id in _COMPLAINTS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            parts = match.groupdict()
            known = re.findall(r"[\w-]+", parts.get("known", ""))
            got = parts.get("got", "").split(" ")[0].partition("=")[0]
            near = difflib.get_close_matches(got, known or options, n=1)
            hint = text(language, "error.closest", name=near[0]) if near else ""
            return text(language, id, **parts | {"known": ", ".join(known)}) + hint
    return message


def parser(language: str) -> Parser:
    """Parser of the whole command line, with its texts in ``language``."""

    class Spoken(Parser):
        pass

    Spoken.language = language
    top = Spoken(
        prog="rongzhi",
        description=text(language, "help.description"),
        epilog=text(language, "help.epilog"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(
        title=text(language, "help.verbs"), dest="verb", metavar=text(language, "help.verb"), parser_class=Spoken
    )
    for verb in (
        run_verb,
        list_verb,
        init_verb,
        check_verb,
        study_verb,
        report_verb,
        reproduce_verb,
        verify_verb,
        calibrate_verb,
    ):
        verb.add(verbs, language)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code.

    0 done, 1 a check failed or disk or workers gave out, 2 bad input, 3 complete with failures, 130 interrupted.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    tag = asked_language(arguments)
    language = language_named(tag) if tag is not None else language_of_locale(os.environ)
    top = parser(language or language_of_locale(os.environ))
    if language is None:
        top.error(text(top.language, "error.language", tag=tag, known=", ".join(TAGS)))
    known, unknown = top.parse_known_args(arguments)
    if unknown:
        getattr(known, "complain", top.error)(f"unrecognized arguments: {' '.join(unknown)}")
    if known.verb is None:
        top.print_help()
        return 0
    return _carried_out(known, language)


def _carried_out(known: argparse.Namespace, language: str) -> int:
    from sim.errors import InputError

    try:
        return int(known.carry_out(known, language))
    except InputError as error:
        print(text(language, "error.input", message=error), file=sys.stderr)
        return BAD_INPUT
    except GaveOutError as error:
        print(text(language, "error.fault", message=error), file=sys.stderr)
        return GAVE_OUT
    except KeyboardInterrupt:
        print(text(language, "error.interrupted"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a full disk, a folder that vanished or may not be written
        message = f"{error.filename}: {error.strerror}" if error.filename else error
        print(text(language, "error.fault", message=message), file=sys.stderr)
        return GAVE_OUT if error.errno in _FULL else BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
