"""What a session keeps beside the values of its forms (see `kept`): one object, and what may happen to it.

Streamlit may break a script off at any read or write of ``st.session_state``, but not at an attribute of what lies in it. Facts
that belong together are therefore written here, together: take the object once, by `session`, and write to it. Where values of
forms have to be written too, what marks the whole as done is written last.
"""

import secrets
from dataclasses import dataclass, field

import streamlit as st

from pages.work import run_ids
from pages.work.chosen import Chosen
from pages.work.classroom import Arranged
from pages.work.comparison import Comparison
from pages.work.experiment import Experiment
from pages.work.links import Link
from pages.work.taken import Taken
from pages.work.tuning import Tuned
from pages.work.uploaded import Table

_KEY = "session"  # the one that is no widget's
_MOST_RUNS = 8


@dataclass
class Session:
    """One person's visit, as far as it is not the values of widgets.

    Attributes
    ----------
    name : str
        No other session has it.
    again : str or None
        The name of the forgotten session that this one was made again from.
    notice : tuple or None
        A sentence, the values of all forms when it was said last, and since when it has been said.
    data : Chosen or None
        The last good choice.
    tables : dict of Table, by key
    uploaded : tuple or None
        What Streamlit calls the present file, and the key of its table.
    served : Table or None
        The table of the server's folder that was chosen last, where it is read at once.
    roles : dict of str
        What the columns of each table so far are used for, by the word of their names: see `pages.work.columns`.
    settled : dict
        Settings, by name, that the choice of data brought along.
    scores : tuple or None
        What was scored with which parameters, its name, and the table.
    run, before : Experiment or None
        Explore's present run, and the one that was present before it.
    runs : list of Experiment
        The present one and earlier ones, oldest first.
    comparison : Comparison or None
        What Compare shows.
    lanes : list of str, or None before Compare was opened
        Its forms, by what the keys of their widgets begin with, in the order of the letters.
    places, halves : dict of int, dict of "E" or "M"
        The iteration where the playhead stands, and after which half of it, by the id of a run or a comparison.
    went_on : dict or None
        The player's last wish for more iterations that was granted.
    edited : dict or None
        The player's last edit, or undoing of one, that was made.
    plays : bool or None
        Whether what the player is sent next plays; None where the player knows best.
    leaves : bool
        Compare is to be left for Explore.
    opened : bool
        The address that the page was opened with has been read.
    page : str or None
        The page that ran last, as it stands in an address.
    back : str or None
        The address that was gone back to, or is followed in a room, until it is read.
    goes : str or None
        The page that is to be opened for that, as it stands in an address, until it is reached.
    asked : Link or None
        What an address asks for, until it is there.
    arranged : Arranged
        What the address that the page was opened with asks for beside the state.
    locked : bool
        The settings of model and data cannot be changed.
    tuned : Tuned or None
        What Tune shows.
    tunes : bool
        It is to begin, once the page has been asked what.
    lab : Experiment or None
        The annealed run that Tune shows.
    lesson : Taken or None
        What Learn shows.
    steps : dict of Taken
        What was last begun of each step, by its name in the link.
    wanted : tuple or None
        Lesson and step that an address asks for, and whether nothing else, until they are open.
    guessed : tuple or None
        A step of a lesson, by its name in the link, and what was guessed there before the server forgot it.
    learnt : dict of set of str
        The ids of the steps that are done, by the name of their lesson.
    """

    name: str = field(default_factory=lambda: secrets.token_hex(4))
    again: str | None = None
    notice: tuple | None = None
    data: Chosen | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    uploaded: tuple | None = None
    served: Table | None = None
    roles: dict[str, str] = field(default_factory=dict)
    settled: dict = field(default_factory=dict)
    scores: tuple | None = None
    run: Experiment | None = None
    before: Experiment | None = None
    runs: list[Experiment] = field(default_factory=list)
    comparison: Comparison | None = None
    lanes: list[str] | None = None
    places: dict[str, int] = field(default_factory=dict)
    halves: dict[str, str] = field(default_factory=dict)
    went_on: dict | None = None
    edited: dict | None = None
    plays: bool | None = None
    leaves: bool = False
    opened: bool = False
    page: str | None = None
    back: str | None = None
    goes: str | None = None
    asked: Link | None = None
    arranged: Arranged = Arranged()
    locked: bool = False
    tuned: Tuned | None = None
    tunes: bool = False
    lab: Experiment | None = None
    lesson: Taken | None = None
    steps: dict[str, Taken] = field(default_factory=dict)
    wanted: tuple | None = None
    guessed: tuple | None = None
    learnt: dict[str, set[str]] = field(default_factory=dict)
    last_id: int = 0
    last_lane: int = 0
    files: int = 0
    script_runs: int = 0

    def next_id(self, letter):
        """A name that no run or comparison of this session or another has had: a browser may remember those of a session before."""
        self.last_id += 1
        return run_ids.new(letter, self.last_id, self.name)

    def next_file(self):
        """The number of a file that the player is to save, once."""
        self.files += 1
        return self.files

    def open_run(self, experiment):
        """Make a run the present one of Explore; it stays among the earlier ones when another comes, if it has learned anything."""
        if experiment is self.run:
            return
        if not any(run is experiment for run in self.runs):
            self.runs = [run for run in self.runs if len(run.run.trace) > 1][-(_MOST_RUNS - 1) :] + [experiment]
        self.before, self.run = self.run, experiment

    @property
    def earlier_runs(self):
        """Runs one can go back to, oldest first."""
        return [run for run in self.runs if run is not self.run and len(run.run.trace) > 1]

    def newest(self, id):
        """The newest iteration of a run or a comparison of this session, or None."""
        for run in (*self.runs, self.run, self.before):
            if run is not None and run.id == id:
                return run.newest
        return self.comparison.newest if self.comparison is not None and self.comparison.id == id else None

    def place(self, shown):
        """The iteration that the player shows of a run or a comparison."""
        iteration = self.places.get(shown.id)
        return shown.forked_at if iteration is None else min(iteration, shown.newest)

    def half(self, shown):
        """After which half of that iteration."""
        return self.halves.get(shown.id, "M")

    def stand(self, id, iteration, half="M"):
        """Note where the playhead stands of a run or a comparison, or is to stand."""
        self.places[id], self.halves[id] = iteration, half

    def allow_more(self, wish):
        """Note that the player's wish for more iterations is granted: the fork that comes plays on from the end."""
        self.stand(self.run.id, self.run.newest)
        self.plays, self.went_on = True, wish

    def open_edited(self, edited, wish):
        """Make a run that was edited by hand, as the player wished, the present one; it stands at the edit."""
        self.open_run(edited)
        self.stand(edited.id, edited.forked_at)
        self.plays, self.edited = False, wish

    def undo(self, wish):
        """Go back to the run before the present one was edited, where it was, as the player wished."""
        before, at = self.run.parent, self.run.forked_at
        self.open_run(before)
        self.stand(before.id, at)
        self.plays, self.edited = False, wish

    def open_comparison(self, comparison):
        """Make a comparison the present one; it stands where that before it stood if nothing has to be computed for it."""
        place = self.comparison and self.places.get(self.comparison.id)
        self.comparison = comparison
        if place and all(lane.over or lane.newest >= place for lane in comparison.lanes):
            self.stand(comparison.id, place)

    def open_from_comparison(self, number):
        """Explore's present run becomes that of a lane, and stands where the comparison shows it; Compare is left."""
        experiment, place = self.comparison.lanes[number].experiment, self.places.get(self.comparison.id, 0)
        if experiment is not None:
            self.open_run(experiment)
            self.stand(experiment.id, min(place, experiment.newest))
        self.plays, self.leaves = False, True

    def tune(self, tuned):
        """Let Tune show another plan, whose work has begun."""
        self.tuned, self.tunes = tuned, False

    def take(self, lesson, number, state, anew=True):
        """Begin a step of a lesson, or show it as it was left, in a ``state`` that a link leads to; "" is where the page stands."""
        taken = Taken(lesson, number)
        self.lesson = taken if anew else self.steps.get(taken.link, taken)
        self.steps[taken.link] = self.lesson
        self._recall()
        if state:
            self.back, self.plays = state, False

    def _recall(self):
        """Let a guess of a forgotten session be that of its step, once."""
        if self.lesson is not None and self.guessed is not None and self.guessed[0] == self.lesson.link:
            self.lesson.recall(self.guessed[1])
            self.guessed = None

    def leave_lesson(self):
        """Go back to the list of lessons."""
        self.lesson = None

    def learn(self, experiment, place, data, looked):
        """Let the lesson see what is shown; gives whether there is something else to tell: see `Taken.see`."""
        more = self.lesson is not None and self.lesson.see(experiment, place, data, looked)
        if more and self.lesson.told:
            self.learnt.setdefault(self.lesson.lesson.name, set()).add(self.lesson.step.id)
        return more

    def come_back(self, forgotten, lanes, guess, sentence, now):
        """Note that the values of a forgotten session stand in the forms again: its lanes, its guess, and the sentence that says so."""
        if guess is not None:
            self.guessed = guess
            self._recall()
        if lanes:
            self.lanes, self.last_lane = lanes, max(int(lane[4:]) for lane in lanes)
        self.notice, self.again = (sentence, None, now), forgotten

    def turn(self, page):
        """Note which page runs."""
        self.page = page

    def ask(self, link, sentence, now):
        """Note that the values of a link stand in the forms, and what there is to say of it."""
        if not self.opened:  # else it was gone back: that changes the state alone
            self.arranged, self.locked = link.arranged, link.arranged.lock
        if link.lesson is not None:
            self.wanted = link.lesson, link.bare
        self.settled, self.roles, self.asked, self.opened, self.back = {}, {}, link, True, None
        self.say(sentence, now)

    def asked_elsewhere(self, shown):
        """Whether the link that is asked for stands elsewhere in a run than the playhead."""
        return (self.place(shown), self.half(shown)) != self._asked_place(shown)

    def _asked_place(self, shown):
        return min(self.asked.iteration, shown.newest), self.asked.half

    def arrive(self, shown, sentence, now):
        """Note that what a link asked for is there: the player begins where it says."""
        self.stand(shown.id, *self._asked_place(shown))
        if self.asked.awaits:
            self.notice = None  # that it was awaited
        self.asked = None
        self.say(sentence, now)

    def lock(self, on):
        """Let the settings of model and data be locked, or no longer."""
        self.locked = on

    def say(self, sentence, now):
        """Let the page say one more sentence, beside those that it says."""
        if sentence:
            before = self.notice[0] if self.notice else ""
            self.notice = f"{before} {sentence}".strip(), None, now


def session() -> Session:
    """The session of the person whose page runs."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session()
    return st.session_state[_KEY]
