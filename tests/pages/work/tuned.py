"""What tests of Tune ask for: settings and plans, by names of the table."""

from mixes import datasets
from pages.work.experiment import Settings
from pages.work.lookup import of_models, usual
from pages.work.tunable import TUNING
from pages.work.tuning import Tuned, planned
from pages.work.values import settings_of

BLOBS = 'datasets.generate("blobs", 40, 0.3, random_state=0)'  # with known classes


def settings(model="GMM", code=BLOBS, standardise=True, held_out=0.0, **values):
    """Settings with usual values but for some."""
    base = Settings(code, "", {}, {}, 0.0, True, standardise, held_out, code)
    return settings_of(usual(of_models()) | {"max_iter": 15} | values | {"model": model}, base)


def plan(settings, d=20, **asked):
    """What Tune asks is as usual but for some: with ``axis_1`` it is a sweep, and ``values_1`` are what the axis's widget holds."""
    for slot in (1, 2):
        if f"values_{slot}" in asked:
            asked[f"values_{slot}_{asked[f'axis_{slot}']}"] = asked.pop(f"values_{slot}")
    kind = "sweep" if "axis_1" in asked else "starts"
    return planned(settings, usual(TUNING) | {"tune": kind} | asked, d)


def tuned(settings, **asked):
    dataset = eval(settings.code, {"datasets": datasets})
    return Tuned(plan(settings, dataset.X.shape[1], **asked), dataset)
