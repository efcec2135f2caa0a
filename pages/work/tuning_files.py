"""What is taken away from Tune: its table, its held-out scores, and a script that makes the same table. No Streamlit in here."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from mixes import selection

from . import one_more, scripts
from .models import MODELS
from .row_files import ROWS, rows_bytes

_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "py": "text/x-python"}


def stem(tuned):
    """What its files are called."""
    return "_".join(re.findall(r"\w+", tuned.title.lower()))[:80]


def files(tuned):
    """Name -> label, help and a function that gives the bytes and their type."""
    name = stem(tuned)
    tables = {
        "starts": (
            starts,
            "Starts",
            "A row for each start: its settings, seed, figures, and the optimum it came to; counted from 0, as in the library.",
        )
    }
    if tuned.plan.n_splits:
        tables["scores"] = (
            scores,
            "Scores",
            "A row for each setting and split: the held-out log-likelihood; counted from 0, as in the library.",
        )
    offered = {}
    for what, (made, label, help) in tables.items():
        for kind in ROWS:
            ending = kind.removeprefix("rows-")
            shown = "CSV" if ending == "csv" else "Parquet"
            offered[f"{name}_{what}.{ending}"] = f"{label} ({shown})", help, _table(tuned, made, kind, _TYPES[ending])
    script_help = "A Python file that makes the same tables with the library, and writes them as CSV."
    offered[f"{name}.py"] = "Python script", script_help, lambda: (script(tuned).encode(), _TYPES["py"])
    return offered


def _table(tuned, made, kind, type):
    def file():
        frame = made(tuned)
        mixed = [name for name in frame if any(isinstance(each, Sequence) and not isinstance(each, str) for each in frame[name])]
        return rows_bytes(frame.astype(dict.fromkeys(mixed, str)), kind), type

    return file


def starts(tuned):
    """The table of all starts so far, with settings by keyword: that of `selection.sweep`, or `selection.restarts`."""
    found, _ = tuned.known()
    if not tuned.plan.axes and not tuned.plan.annealed_too:
        return selection.tabulate_starts([start for _, start in found])
    return selection.tabulate_sweep([(_by_keyword(tuned, cell), start) for cell, start in found])


def scores(tuned):
    """The table of all held-out scores so far, with settings by keyword: that of `selection.cross_validate`."""
    return selection.tabulate_scores([_rescored(tuned, score) for score in tuned.known()[1]])


def _by_keyword(tuned, cell):
    return selection.Cell(cell.number, tuned.plan.cells[cell.number][2])


def _rescored(tuned, score):
    return selection.Score(_by_keyword(tuned, score.cell), score.split, score.fitted_rows, score.held_out_rows, score.score, score.problem)


def script(tuned):
    """A Python file that makes the same tables."""
    plan, counts, (found, scored) = tuned.plan, {}, tuned.known()
    for cell, start in found:
        counts[cell.number] = max(start.number + 1, counts.get(cell.number, 0))
    ways = [(settings, keywords, counts.get(number, plan.n_starts)) for number, (settings, _, keywords) in enumerate(plan.cells)]
    cells = [*scripts.data_cells(plan.base), *scripts.saved_cells(plan.base)]
    n_splits = max((score.split + 1 for score in scored), default=plan.n_splits)  # fewer where less was wanted
    cells += [*(_alike(tuned, ways, n_splits) or _each(tuned, ways, n_splits)), *_tests(tuned, ways)]
    models = list(dict.fromkeys(MODELS[settings.model].model for settings, _, _ in ways))
    return scripts.program(f"{tuned.title}.", f"{scripts.written('table')}{scripts.INSTALL}\n", models, cells)


def _alike(tuned, ways, n_splits):
    """Pairs (a sentence, code) where the cells are all combinations of some values, from as many starts each; else none."""
    if "model" in ways[0][1]:
        return []
    grid = {name: list(dict.fromkeys(keywords[name] for _, keywords, _ in ways)) for name in ways[0][1]}
    combined = [dict(zip(grid, values)) for values in product(*grid.values())]
    starts = {count for number, (_, _, count) in enumerate(ways) if number in tuned.fits}
    if len(starts) > 1 or combined != [keywords for _, keywords, _ in ways]:
        return []
    (settings, *_), *_ = ways
    count, X, more = max(starts, default=tuned.plan.n_starts), *_given(tuned)
    varied = f"{{{', '.join(f'{name!r}: {values!r}' for name, values in grid.items())}}}".replace("'", '"')
    model = "The model; what is varied takes the place of its own value." if grid else "The model."
    cells = [(model, scripts.model_code(settings, _annealed(ways), "model = ", settings.stop_when_it_holds))]
    if not grid:
        made = f"table = selection.restarts(model, {X}, {count}{more})\nprint(selection.optima(table))"
        return [*cells, ("Its starts.", f"{made}\n{_written(tuned, 'starts')}")]
    cells.append(
        (
            f"{count} starts of every combination.",
            f"grid = {varied}\ntable = selection.sweep(model, {X}, grid, {count}{more})\nprint(table)\n{_written(tuned, 'starts')}",
        )
    )
    if n_splits:
        once = f"clone(model).set_params(n_init={tuned.plan.n_init})"
        code = f"scores = selection.cross_validate({once}, {X}, grid, n_splits={n_splits})\nprint(selection.held_out(scores))"
        cells.append((_SCORED, f"from sklearn.base import clone\n\n{code}\n{_written(tuned, 'scores')}"))
    return cells


_SCORED = "Their held-out log-likelihoods on random splits."


def _each(tuned, ways, n_splits):
    """The same of any cells."""
    X, more = _given(tuned)
    listed = [
        f"    ({scripts.model_code(settings, _annealed(ways), '', settings.stop_when_it_holds)}, {keywords!r}, {count}),"
        for settings, keywords, count in ways
    ]
    yield "Models, what sets each apart, and from how many starts.", "\n".join(["models = [", *listed, "]"])
    yield (
        "Their starts.",
        "found = []\nfor number, (model, settings, n_starts) in enumerate(models):\n"
        "    cell = selection.Cell(number, settings)\n    try:\n"
        f"        found += [(cell, start) for start in selection.iterate_restarts(model, {X}, n_starts{more})]\n"
        "    except ValueError as problem:  # a combination that cannot be\n"
        '        found.append((cell, selection.Start(0, -1, {"problem": str(problem)})))\n'
        f"table = selection.tabulate_sweep(found)\nprint(table)\n{_written(tuned, 'starts')}",
    )
    if n_splits:
        yield (
            _SCORED,
            "from sklearn.base import clone\n\nscores = []\nfor number, (model, settings, _) in enumerate(models):\n"
            f"    cell, model = selection.Cell(number, settings), clone(model).set_params(n_init={tuned.plan.n_init})\n"
            f"    scores += selection.score_splits(model, {X}, cell, range({n_splits}), n_splits={n_splits})\n"
            f"scores = selection.tabulate_scores(scores)\nprint(selection.held_out(scores))\n{_written(tuned, 'scores')}",
        )


def _tests(tuned, ways):
    """What was tested beside them."""
    for number in tuned.tests:
        code = ""
        for name, (settings, _, _) in zip(("smaller", "larger"), ways[number : number + 2]):
            several = replace(settings, structure=settings.structure | {"n_init": tuned.plan.n_init})
            code += scripts.model_code(several, _annealed(ways), f"{name} = ", settings.stop_when_it_holds) + "\n"
        code += f"test = selection.bootstrap_test(smaller, larger, {_given(tuned)[0]}, n_samples={one_more.SAMPLES})\nprint(test)"
        yield "Whether one component more is needed.", code


def _written(tuned, what):
    """Code that writes a table to the file that the page offers."""
    name = "table" if what == "starts" else what
    return f'{name}.to_csv("{stem(tuned)}_{what}.csv", index=False)'


def _given(tuned):
    """Code of the rows that are fitted, and of what else a table needs of the data."""
    split = bool(tuned.plan.base.held_out)
    labels = "" if tuned.data.labels is None else f", labels=data.labels{'[rows]' if split else ''}"
    return "X[rows]" if split else "X", (", X_validation=X[held_out]" if split else "") + labels


def _annealed(ways):
    return any(settings.steering["use_annealing"] for settings, _, _ in ways)
