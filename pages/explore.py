"""Explore: one model on one data set, watched while it learns."""

from pages.exploring import arrive, explored
from pages.forms.examples import examples
from pages.forms.headline import headline

headline(
    "Watch a mixture model learn",
    "Every iteration shares the points out among the components (E‑step), then fits each component to its points (M‑step).",
)
arrive("")
explored(examples)
