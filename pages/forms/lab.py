"""The annealing lab."""


def lab(chosen, settings, unfit, widgets):
    pass
