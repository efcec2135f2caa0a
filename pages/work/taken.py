"""A lesson that is taken: where a reader is in it, what she guessed and what came of it. No Streamlit in here."""

from dataclasses import dataclass, field

from mixes.selection import FAILURES

from . import facts
from .lessons import Lesson


@dataclass
class Taken:
    """A step of a lesson.

    Attributes
    ----------
    lesson : Lesson
    number : int
        Of the step, from 0.
    guess : str
        What she guessed; "" before.
    told : str
        What the step tells, with its numbers, once it is done; "" before.
    ends : dict
        The highest log-likelihood that was seen of each run in this step, by the run's id.
    """

    lesson: Lesson
    number: int = 0
    guess: str = ""
    told: str = ""
    ends: dict = field(default_factory=dict)

    @property
    def step(self):
        return self.lesson.steps[self.number]

    @property
    def link(self):
        """The step as it stands in a link."""
        return f"{self.lesson.name}.{self.step.id}"

    @property
    def last(self):
        """Whether this is the last step."""
        return self.number == len(self.lesson.steps) - 1

    @property
    def asks(self):
        """Whether a guess is awaited, before anything is to be done."""
        return self.step.guess is not None and not self.guess

    def see(self, experiment, place, data, looked):
        """Take note of what is shown; gives whether the step is done by it, for the first time.

        Parameters
        ----------
        experiment : Experiment
        place : dict
            The player's "iteration" and "half".
        data : dict
            Values of the settings of the data, by name.
        looked : dict
            See `facts.of_point`.
        """
        if self.told or not 0 <= place["iteration"] <= experiment.newest:
            return False
        at = place["iteration"], place["half"]
        try:
            known = facts.of_run(experiment, *at) | facts.of_point(experiment, *at, looked)
        except FAILURES:  # a run that cannot go on is told of by its player
            return False
        seen = max(self.ends.get(experiment.id, known["log_likelihood"]), known["log_likelihood"])
        self.ends[experiment.id] = seen
        known |= facts.of_settings(experiment.settings, data)
        known |= {"runs": len(self.ends), "best": max(self.ends.values()), "forked": experiment.parent is not None, "guessed": self.guess}
        if self.asks or not self.step.done(known):
            return False
        self.told = self.step.told(known)
        return True
