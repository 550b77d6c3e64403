"""Every notebook runs from top to bottom in a fresh kernel, is kept clean, and has its Chinese twin in step."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
CHINESE = [path for path in NOTEBOOKS if path.name.endswith(".zh.ipynb")]
LONGEST = 240  # seconds that a cell may take before it counts as stuck


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [cell.source for cell in read(path).cells if cell.cell_type == "code"]


each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@each
def test_kept_without_outputs(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert not [cell.source for cell in cells if cell.outputs or cell.execution_count is not None]


@each
def test_valid_and_for_any_python(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@each
def test_begins_with_its_title_and_tells_a_story(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert sum(cell.cell_type == "markdown" for cell in read(path).cells) >= 5


@each
def test_holds_no_logic(path):
    lines = [line for cell in code(path) if not cell.startswith("%%writefile") for line in cell.splitlines()]
    assert not [line for line in lines if line.startswith(("def ", "class "))]


def test_the_first_four_are_there_in_chinese():
    assert {path.name[:2] for path in CHINESE} == {"01", "02", "03", "04"}


@pytest.mark.parametrize("path", CHINESE, ids=lambda path: path.stem)
def test_chinese_twins_do_the_same(path):
    english = next(one for one in NOTEBOOKS if one.name[:2] == path.name[:2] and one not in CHINESE)
    ours, theirs = code(path), code(english)
    assert len(ours) == len(theirs)
    assert [len(cell.splitlines()) for cell in ours] == [len(cell.splitlines()) for cell in theirs]


@pytest.mark.slow
@each
def test_runs_from_top_to_bottom(path, tmp_path):
    nbclient = pytest.importorskip("nbclient")
    notebook = read(path)
    folder = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=LONGEST, kernel_name="python3", resources=folder).execute()
    told = [
        out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", ()) if out.get("name") == "stderr"
    ]
    assert not [words for words in told if "Warning" in words]
