"""A lesson that is taken: where a reader is in it, what she guessed and what came of it. No Streamlit in here."""

from dataclasses import dataclass, field

from . import facts, links
from .lessons import Lesson
from .problems import FAILURES

_MANY = 3  # runs to their end without success


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
    over : set of str
        The ids of the runs that were seen to their end without the step being done.
    hint : str
        What may keep the step from being done; "" as long as nothing does.
    """

    lesson: Lesson
    number: int = 0
    guess: str = ""
    told: str = ""
    ends: dict = field(default_factory=dict)
    over: set = field(default_factory=set)
    hint: str = ""

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

    def recall(self, guess):
        """Take up what was guessed before; what is none of the options is left out."""
        if self.asks and guess in self.step.guess.options:
            self.guess = guess

    def see(self, experiment, place, data, looked):
        """Take note of what is shown; gives whether there is something else to tell by it.

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
            known = facts.of_run(experiment, *at)
            for names, found in ((facts.OF_COMPONENTS, facts.of_components), (facts.OF_BOUND, facts.of_bound)):
                if self.step.facts & names.keys():
                    known |= found(experiment, *at)
            if self.step.facts & facts.OF_POINT.keys():
                known |= facts.of_point(experiment, *at, looked)
        except FAILURES:  # a run that cannot go on is told of by its player
            return False
        seen = max(self.ends.get(experiment.id, known["log_likelihood"]), known["log_likelihood"])
        self.ends[experiment.id] = seen
        known |= facts.of_settings(experiment.settings, data)
        known |= {"runs": len(self.ends), "best": max(self.ends.values()), "forked": experiment.parent is not None, "guessed": self.guess}
        if self.asks:
            return False
        if self.step.done(known):
            self.told = self.step.told(known)
            return True
        if known["ended"]:
            self.over.add(experiment.id)
        before, self.hint = self.hint, self._astray(data)
        return self.hint != before

    def _astray(self, data):
        """What to tell a reader who may no longer be where the step can be done, or ""."""
        if _of_data(data) != _of_data(links.read(self.lesson.begins(self.number)).values):
            return "These are other data than this step is about."
        return "Not done yet. Perhaps another setting has changed on the way?" if len(self.over) >= _MANY else ""


def _of_data(values):
    """What tells one data set from another, of the values of the settings of the data."""
    names = {"Built-in": ["built_in"], "Generated": ["kind", "n", "noise", "data_seed"]}
    return [values.get(name) for name in ("source", *names.get(values.get("source"), ()))]
