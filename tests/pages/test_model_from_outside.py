"""A model from outside of the package and one entry in the table of models: the pages and the exports have it."""

from dataclasses import replace

import pytest

from mixes import datasets, parameters_from_json
from pages.wire import replays  # noqa: F401 - it adds the replay to the exports
from pages.wire.comeback import check_of
from pages.wire.rows import row as row_of
from pages.wire.static import static
from pages.work import experiment as experiments, exports, scripts
from pages.work.checks import Nonsense
from pages.work.models import MODELS, Entry
from pages.work.saved import open_saved
from pages.work.setting import Number, Setting, Words
from tests.student_t import StudentMixture

DEGREES = Setting(
    "degrees",
    Number(2.5, 30.0, 0.5),
    4.0,
    "df",
    "degrees",
    "slider",
    "Degrees of freedom",
    "The fewer, the longer the tails.",
    words=Words(
        "degrees of freedom",
        lambda s: s.structure.get("degrees") and f"{s.structure['degrees']:g}",
        lambda s: s.structure.get("degrees") and f"{s.structure['degrees']:g} degrees of freedom",
    ),
)
ENTRY = Entry(
    StudentMixture,
    "Student t mixture",
    "Every cluster has long tails.",
    lambda structure: f"{structure['n_components']} components",
    lambda structure: structure["n_components"],
    (DEGREES,),
)
SETTINGS = experiments.Settings(
    "x",
    "Student",
    {"n_components": 2, "init": "kmeans", "random_state": 0, "n_init": 1},
    {
        "use_annealing": False,
        "annealing_start_v": 0.1,
        "annealing_shapes": "held",
        "var_regularization": 1e-6,
        "update_rate": 1.0,
        "max_iter": 20,
    },
    1e-3,
    True,
    code='datasets.load("Old Faithful")',
)


@pytest.fixture(autouse=True)
def offered(monkeypatch):
    monkeypatch.setitem(MODELS, "Student", ENTRY)


@pytest.fixture
def experiment():
    experiment = experiments.begin("r1.00000000", datasets.load("Old Faithful"), SETTINGS)
    for _ in range(4):
        experiment.step()
    return experiment


def test_its_exported_script_gives_the_same_numbers_also_after_a_fork(experiment):
    damped = replace(SETTINGS, steering=SETTINGS.steering | {"update_rate": 0.5})
    fork = experiments.fork("r2.00000000", experiment, damped, 2)
    fork.step()
    names = {"print": lambda *_: None}
    exec(scripts.script(fork, 3), names)
    assert names["run"].state.log_likelihood == fork.run.trace[3].log_likelihood
    assert type(names["mixture"]) is StudentMixture


def test_every_file_of_it_is_written_or_a_sentence_says_why_not(experiment):
    view = experiment.features(0, 1)
    for kind in ("rows-csv", "rows-parquet", "trace", "notebook", "replay"):
        assert exports.file(experiment, kind, 3, view)[2]
    saved = parameters_from_json(exports.file(experiment, "parameters", 3)[2])
    assert saved.degrees == 4 and (saved.means > 1).all()  # in the units of the table
    with pytest.raises(ValueError, match="^Student t mixture: there is no equal in scikit-learn; choose"):
        exports.file(experiment, "scikit-learn", 3)


def test_its_picture_has_its_own_densities_and_no_arrows(experiment):
    for view, nodes in ((experiment.features(0, 1), 48 * 48), (experiment.features(1), 200)):
        row = row_of(experiment, view, 3)
        assert len(row["grids"]["z"]) == pytest.approx(4 / 3 * 4 * 2 * nodes, abs=4) and "arrows" not in row
        columns = static(experiment, view, None)["table"]["columns"]
        assert len(row["t"][0]) == len(columns) and not any("location" in column for column in columns)


def test_explore_plays_it(page):
    page.set("set_model", "Student")
    assert page.payload["static"]["title"] == "Student t mixture, 2 components, on Old Faithful"
    rows = page.play()
    assert rows[-1]["stop"] and (page.session.run.run.trace.log_likelihood[1:] < 0).all()
    page.set("set_annealing", True)
    assert not page.errors() and page.need(1)["rows"][0]["v"] < 1
    assert "set_shapes" not in page.widgets(), "there is one choice"
    assert page.set("set_model", "GMM").widgets()["set_shapes"].value == "held", "what was chosen for others stays"


@pytest.mark.slow
def test_compare_sets_it_beside_another(compare):
    compare.change(1, "model", "Student")
    rows = compare.play()
    assert all(own[-1]["stop"] for own in rows) and "grids" in rows[1][-1] and "grids" not in rows[0][-1]
    table = compare.table()
    assert table["evidence"] and all(None not in measure["values"] for measure in table["measures"])


def test_a_setting_of_its_own_is_asked_told_checked_written_saved_and_linked(page, compare, arrive):
    assert (check_of("set_degrees")(30, "degrees"), check_of("lane1_degrees")(2.5, "degrees")) == (30.0, 2.5)
    with pytest.raises(Nonsense, match="degrees is 2; it needs to be a number from 2.5 to 30"):
        check_of("set_degrees")(2, "degrees")
    page.set("set_model", "Student").play(upto=2)
    before = page.session.run
    page.set("set_degrees", 9.0)
    run = page.session.run
    assert run.parent is None and run is not before and run.run.model.degrees == 9, "it begins anew"
    assert "degrees=9.0" in scripts.script(run, 0)
    query = page.payload["link"]["query"]
    assert query == "v=1&m=student&df=9" and arrive(query).session.run.settings == run.settings
    saved = open_saved("mine.json", exports.file(run, "parameters", 0)[2].encode())
    assert saved.values == {"model": "Student", "components": 2, "degrees": 9.0} and saved.begins("Student", run.settings.structure)
    compare.change(0, "model", "Student").on(0, "Duplicate").change(1, "degrees", 9.0).on(2, "Remove")
    assert compare.titles() == ["4 degrees of freedom", "9 degrees of freedom"]
    assert compare.payload["settings"] == [["degrees of freedom", ["4", "9"]]]
