"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_path_that_a_document_names_is_there(document):
    text = (ROOT / document).read_text("utf-8")
    named = re.findall(r"\b(?:assets|benchmarks|mixes|pages|tests)/[\w./-]*", text)
    assert len(named) > 5 and [path for path in named if not (ROOT / path.rstrip(".")).exists()] == []


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
def test_the_code_of_the_readme_runs_from_top_to_bottom(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where its files go
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) > 3
    exec("\n".join(blocks), {})
