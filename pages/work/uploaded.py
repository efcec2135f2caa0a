"""An uploaded file, or one of the server's folder, and what came of it. No Streamlit in here."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from mixes import datasets

from .chosen import call, quoted

_MOST_READINGS = 4  # of one file that are kept


@dataclass
class Table:
    """A file, known by its name and content, and what came of it for each way to read it: a frame or a sentence.

    ``made`` are the data sets, or problems, of the last choices of columns, by the keys of `Chosen`; ``described`` what is
    proposed for the columns of the last reading, by its key; ``sheet`` the sheet that is read unless another is chosen;
    ``path`` is where one of the server's folder lies.
    """

    key: str
    name: str
    readings: dict = field(default_factory=dict)
    made: dict = field(default_factory=dict)
    described: dict = field(default_factory=dict)
    sheet: str | None = None
    path: Path | None = None

    @property
    def usable(self):
        return bool(self.frames)

    @property
    def frames(self):
        """What was read so far."""
        return [reading for reading in self.readings.values() if isinstance(reading, pd.DataFrame)]

    def read(self, upload, options):
        """What comes of reading the file in a way: a frame, the problem, or None where the content of the upload is gone."""
        way, file = json.dumps(options), self.path or upload
        if way in self.readings or file is None:
            return self.readings.get(way)
        try:
            reading = datasets.read_table(file, file.name, **options)
            code = call("datasets.read_table", quoted(str(self.path or upload.name)), **options)
            reading.attrs |= {"code": code, "key": f"{self.key} {way}"}
            self.sheet = reading.attrs["sheet"] if options["sheet"] is None else self.sheet
        except ValueError as problem:
            reading = problem.with_traceback(None)
        except OSError as problem:
            reading = ValueError(f"{self.name} cannot be read ({problem.strerror or problem}).")
        self.readings = dict([*self.readings.items()][1 - _MOST_READINGS :]) | {way: reading}
        return reading

    def columns(self, frame):
        """What is proposed for each column of a frame."""
        if frame.attrs["key"] not in self.described:
            self.described = {frame.attrs["key"]: datasets.describe_columns(frame)}
        return self.described[frame.attrs["key"]]

    def make(self, frame, choices):
        """The key and what comes of a frame with these choices: a data set or the problem, made once."""
        key = f"{frame.attrs['key']} {choices}"
        if key not in self.made:
            try:
                made = datasets.from_table(frame, self.name, **choices)
            except ValueError as problem:
                made = problem.with_traceback(None)
            self.made = dict([*self.made.items()][-1:]) | {key: made}  # the gaps, and what is made without them
        return key, self.made[key]
