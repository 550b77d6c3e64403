"""Write the ODD document: ``python -m experiments.odd``.

With ``--checked`` record first that somebody has checked every equation against the code as it is.
"""

from __future__ import annotations

import sys

from experiments.odd import DOCUMENTS, render
from experiments.odd.notes import FOLDER, mark_checked
from sim.errors import InputError


def main(arguments: list[str]) -> int:
    """Write both documents, or say what keeps them from being written."""
    if arguments not in ([], ["--checked"]):
        print("usage: python -m experiments.odd [--checked]", file=sys.stderr)
        return 2
    if arguments:
        mark_checked()
    try:
        texts = {name: render(language) for language, name in DOCUMENTS.items()}
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    for name, words in texts.items():
        (FOLDER.parent / name).write_text(words, encoding="utf-8")
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
