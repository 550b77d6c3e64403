"""The repository agrees with itself, and names nobody's machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh.md")

# Brackets keep the patterns from matching themselves.
REGISTRY = re.compile(
    r"index[-_]url|find[-_]links|files[.]python[h]osted|pypi[-.]?[m]irror|mirrors?[.][a-z]+[.](edu|com|org)|pypi[.]org/[s]imple"
)
FOLDER = re.compile(r"(^|[^A-Za-z0-9._~*-])/(home|root|work|Users)/[A-Za-z0-9]|[A-Z]:\\Users\\", re.MULTILINE)
NOT_OURS = {".git", ".venv", "build", "dist", "results", "htmlcov", "__pycache__", "rongzhi.egg-info"}


def project_files() -> list[Path]:
    """Files that git tracks or would track; without git, all that look like ours."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        files = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        files = [
            path
            for path in ROOT.rglob("*")
            if not any(part in NOT_OURS or part.endswith("_cache") for part in path.relative_to(ROOT).parts)
        ]
    return [path for path in files if path.is_file()]


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    """Every place in the project's text files where the pattern stands."""
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a table
        found += [
            f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1}: {hit.group()}"
            for hit in pattern.finditer(text)
        ]
    return found


def shell_blocks(name: str) -> list[str]:
    """Shell blocks of a document, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def glossary_rows() -> list[list[str]]:
    """Rows of all tables of the glossary, without their heads."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if row[0] != "简体" and not set(row[0]) <= set("-: ")]


def project() -> dict:
    """Return the project table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_no_file_names_a_registry_host():
    found = lines_that_match(REGISTRY)

    assert found == []


def test_no_file_names_a_folder_of_somebodys_machine():
    found = lines_that_match(FOLDER)

    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRY, "--index" + "-url x"),
        (REGISTRY, "https://files." + "python" + "hosted.org"),
        (FOLDER, "see /" + "home/somebody"),
        (FOLDER, '"/' + 'work/x"'),
    ],
)
def test_the_guards_see_what_they_guard_against(pattern: re.Pattern[str], text: str):
    assert pattern.search(text)


def test_an_address_on_the_web_is_no_folder():
    assert not FOLDER.search("https://example.org/home/news and home/work/school")


def test_both_readmes_start_with_the_same_two_commands():
    english, chinese = (shell_blocks(name)[:2] for name in READMES)

    assert english == chinese
    assert [len(block.splitlines()) for block in english] == [1, 1]


def test_the_first_command_runs_the_six_paths_and_the_second_the_tests():
    run, test = shell_blocks("README.md")[:2]

    assert run.rstrip().endswith(".venv/bin/rongzhi study run six-paths")
    assert test.rstrip().endswith(".venv/bin/pytest -q -n auto")


def test_both_readmes_show_the_same_commands():
    english, chinese = (shell_blocks(name) for name in READMES)

    assert english == chinese


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in project_files()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_every_row_of_the_glossary_has_three_languages():
    rows = glossary_rows()
    short = [row for row in rows if len(row) != 5 or not all(cell and cell != "—" for cell in row[:3])]

    assert len(rows) > 100
    assert short == []


def test_no_two_rows_of_the_glossary_explain_the_same_chinese_term():
    terms = [row[0] for row in glossary_rows()]
    twice = sorted({term for term in terms if terms.count(term) > 1})

    assert twice == []


def test_every_mechanism_is_in_the_glossary():
    known = {name for row in glossary_rows() for name in re.findall(r"`(\w+)`", row[3])}
    files = {path.stem for path in (ROOT / "sim" / "mechanisms").glob("*.py")} - {"__init__"}

    assert sorted(files - known) == []


def test_versions_agree():
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    change = re.search(r"^## \[(\S+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert citation is not None
    assert change is not None
    assert {citation.group(1), change.group(1)} == {project()["version"]}


def test_constraints_are_exact_versions_without_hashes_or_places():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    odd = [
        line
        for line in lines
        if line and not line.startswith("#") and not re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*( ; [\w.' <>=!()]+)?", line)
    ]

    assert odd == []


def test_constraints_cover_every_requirement():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    fixed = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    extras = project()["optional-dependencies"]
    requirements = [*project()["dependencies"], *(one for extra in extras.values() for one in extra)]
    wanted = {re.split(r"[^a-z0-9-]", one)[0] for one in requirements} - {"rongzhi"}  # its own extras

    assert sorted(wanted - fixed) == []
