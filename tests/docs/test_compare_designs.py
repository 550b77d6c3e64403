"""Each Python example of the how-to on comparing designs runs, on a small place."""

import re
from pathlib import Path

import matplotlib as mpl

import sim
from experiments.comparison import start
from experiments.engine import serial

PAGE = Path(__file__).parents[2] / "docs" / "how_to" / "compare-designs.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
COMPARING = "found = compare(town, lists, both, replications=16)"


def small(code: str) -> str:
    """Example with few residents, weeks and runs."""
    code = re.sub(r"residents=\d+", "residents=60", code)
    code = re.sub(r"replications=(8|16)", "replications=3", code).replace(
        "futures=30, replications=4", "futures=6, replications=2"
    )
    code = code.replace("Scenario(),", "SMALL,").replace(
        '    name="Our town",', '    name="Our town", weeks=30, warmup=4,'
    )
    return code.replace('precision={"participation": 0.5}', 'replications=3, precision={"participation": 50}')


def test_examples_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RONGZHI_CACHE", str(tmp_path))
    monkeypatch.setattr(start, "local", lambda workers: serial())
    place = sim.Scenario(communities=[sim.CommunitySpec(type="village", residents=60)], weeks=6, warmup=4)
    names = {"SMALL": place}
    for code in EXAMPLES:
        exec(small(code), names)
        if COMPARING in code:
            assert names["found"].designs == ["baseline", "Lists first", "Lists, then grids"]

    assert (tmp_path / "report" / "report.en.html").is_file()
    assert not any((tmp_path / "runs_of_our_town").iterdir())
    assert not mpl.rcParams["axes.grid"]  # the house style stays with our figures


def test_the_page_names_what_is_kept():
    from experiments.comparison.cache import MOST_FOLDERS

    assert f"the {MOST_FOLDERS} comparisons used last" in PAGE.read_text(encoding="utf-8")
    assert len(EXAMPLES) == 9
