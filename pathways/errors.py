"""The errors of Handslag, one tree. A class carries facts; its sentence ends in what to do and names no person.

HandslagError
├── Refused            the domain said no: never retried, shown to the person who asked
│   ├── Withheld       for a reason that is for those who see the episode alone
│   ├── NotFound       what was named does not exist
│   └── Stale          someone else was faster: look again, then decide
├── Failed             the world broke: retried, and told to IT
├── SettingsError      a setting is missing or unsafe: Handslag does not start
└── DefinitionError    a pathway or network file is faulty (pathways.definition.faults)
"""

from pathways.phrases import Phrase, Value


class HandslagError(Exception):
    """Root of all errors that Handslag raises on purpose. `str(error)` is one sentence for a person.

    Subclasses pass their facts, in order, to `super().__init__` so that a pickled error loads back.
    """

    @property
    def in_the_open(self) -> str:
        """What is said of it where others read along than those who see the episode: in Prefect, and in logs."""
        return str(self)


class SpokenError(HandslagError):
    """An error of two sentences: `sentence` says what is so, `mend` what to do about it.

    Both hold places for the same `values`, none of which was typed by anybody. `command`: see Phrase; it is the mend's.
    """

    def __init__(self, sentence: str, mend: str, /, command: str = "", **values: Value) -> None:
        self.sentence = sentence if isinstance(sentence, Phrase) else Phrase(sentence, command="", **values)
        self.mend = mend if isinstance(mend, Phrase) else Phrase(mend, command=command, **values)
        super().__init__(self.sentence, self.mend)

    def __str__(self) -> str:
        return f"{self.sentence} {self.mend}"


class Refused(SpokenError):
    """The domain said no. `sentence` says what was refused and why, `mend` what to do about it."""


class Withheld(Refused):
    """The domain said no for a reason that only those may know who see the episode, as what the patient said."""

    @property
    def in_the_open(self) -> str:
        """That it was refused, and where the reason is told."""
        return "This was refused, for a reason that is not told here. Do it at the desk: the reason is told there."


class NotFound(Refused):
    """Something was named that does not exist, or that the asker may not know of."""


class Stale(Refused):
    """The record changed between reading and writing. Nothing was written; reading again is safe."""


class Failed(SpokenError):
    """The world broke: a machine, a network, a file. `sentence` says what, `mend` what to do if it goes on."""


class Unreadable(Failed):
    """What is kept cannot be opened, or is not as it was kept. It is of that alone: everything else works."""


class SettingsError(SpokenError):
    """A setting is missing or unsafe. `sentence` names it, `mend` says what to set."""
