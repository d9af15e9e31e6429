"""What is refused about patients: where nobody is known, or nothing may begin because of another episode."""

from pathways.errors import Refused
from pathways.phrases import Phrase


class NothingBegun(Refused):
    """Nothing begins with that number; why not is for those who have a part in the patient's care to know."""

    def __init__(self) -> None:
        super().__init__(
            Phrase("Nothing has begun: with that number nothing can begin here as it is."),
            Phrase("Compare the number; if it is right, ask those in your network who know the patient."),
        )
        self.args = ()


class StoodAgainst(Refused):
    """Nothing happens to the episode `subject` because of another `episode` of the patient."""

    def __init__(self, subject: str, episode: str, sentence: Phrase, mend: Phrase) -> None:
        super().__init__(sentence, mend)
        self.args = (subject, episode, sentence, mend)
        self.subject, self.episode = subject, episode

    def to_a_stranger(self) -> Refused:
        """What whoever may not know of that episode is told: the same, whatever the episode says."""
        return Refused(
            "Nothing has changed in {reference}: something else that is recorded of the patient stands against it.",
            "Ask the team that was responsible.",
            reference=self.subject,
        )


class HasEpisode(Refused):
    """Nothing begins because of what another `episode` of the patient says."""

    def __init__(self, episode: str, sentence: Phrase, mend: Phrase) -> None:
        super().__init__(sentence, mend)
        self.args = (episode, sentence, mend)
        self.episode = episode

    def to_a_stranger(self) -> "NothingBegun":
        """What whoever may not know of that episode is told: the same, whatever the episode says."""
        return NothingBegun()


class HasDied(HasEpisode):
    """Nothing begins because the patient has died, as that episode says; `despite_death` begins all the same."""


def nobody_known(episode: str) -> Refused:
    """Nobody has said who an episode is about."""
    return Refused(
        "Nobody has said who episode {episode} is about.",
        "Say it first.",
        command=f"handslag identify {episode}",
        episode=episode,
    )


def of_the_dead(episode: str) -> HasDied:
    """Nothing begins: the patient has died, as an episode says."""
    return HasDied(
        episode,
        Phrase("Nothing has begun: the patient with that number has died, as episode {episode} says.", episode=episode),
        Phrase(
            "Compare the number. If the death is an error, take it back.",
            command=f"handslag take-back-end {episode}, or begin all the same: --despite-death",
        ),
    )


def overlaps(episode: str) -> HasEpisode:
    """Nothing begins at a time at which an episode of the patient had not ended yet."""
    return HasEpisode(
        episode,
        Phrase("Nothing has begun: at that time episode {episode} of the same patient had not ended.", episode=episode),
        Phrase("Give a later time, or have the end of that one corrected first."),
    )
