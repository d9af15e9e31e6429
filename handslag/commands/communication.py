"""Commands by which the two sides tell each other things: the summary, the read-back and its review, questions."""

from collections.abc import Callable
from contextlib import suppress
from json import loads as json_of
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from handslag.commands.acting import (
    By,
    Episode,
    Handover,
    Json,
    OccurredAt,
    Team,
    actor,
    episode_reference,
    handover_reference,
    perform,
    tell,
)
from handslag.commands.asking import WORDS, words
from handslag.commands.installation import operations
from handslag.printing import as_json, say
from handslag.showing import summary_lines
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    ChangeHandover,
    CorrectReadBack,
    GiveReadBack,
    WriteSummary,
)
from pathways.care.communication import ActionItem, IllnessSeverity, Summary
from pathways.care.states import Action
from pathways.definition.documents import document_of
from pathways.definition.faults import DefinitionError

Severity = Annotated[IllnessSeverity | None, typer.Option(help="How ill the patient is.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    commands: dict[str, Callable[..., None]] = {
        "summary": summary,
        "read-back": read_back,
        "correct": correct,
        "confirm-read-back": confirm_read_back,
        "ask": ask,
        "reply": reply,
    }
    for name, command in commands.items():
        app.command(name, rich_help_panel="Telling each other")(command)


def summary(
    episode: Episode,
    team: Annotated[
        str | None, typer.Option("--as", envvar="HANDSLAG_AS", help="Your team's key, to write.", metavar="TEAM")
    ] = None,
    illness_severity: Severity = None,
    situation: Annotated[str | None, typer.Option(help="What is going on now.", parser=words, metavar=WORDS)] = None,
    background: Annotated[str | None, typer.Option(help="What led here.", parser=words, metavar=WORDS)] = None,
    assessment: Annotated[str | None, typer.Option(help="What you think it is.", parser=words, metavar=WORDS)] = None,
    recommendation: Annotated[str | None, typer.Option(help="What you propose.", parser=words, metavar=WORDS)] = None,
    contingency: Annotated[
        str | None, typer.Option(help="What may happen, and what to do then.", parser=words, metavar=WORDS)
    ] = None,
    action: Annotated[
        list[str] | None,
        typer.Option(help="WHAT|WHO|WHEN: something to do; all actions anew.", parser=words, metavar=WORDS),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A JSON or YAML file with the whole summary, with the parts' names.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Write the summary of an episode, or show it. What you leave out stays as it is. A request takes the latest.

    Example: handslag summary E7K2-QM4T --situation - --action - --as ssih
    """
    reference = episode_reference(episode)
    known = operations().views.show(reference).episode.summary
    latest = known.summary if known else Summary()
    given = {
        "illness_severity": illness_severity,
        "situation": situation,
        "background": background,
        "assessment": assessment,
        "recommendation": recommendation,
        "contingency": contingency,
        "actions": tuple(map(_action, action)) if action else None,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes and file is None:
        _show(reference, latest, json)
        return
    if team is None:
        raise typer.BadParameter("say for which team you write", param_hint="--as")
    written = (_read(file) if file else latest).model_copy(update=changes)
    perform(reference, WriteSummary(actor=actor(team, by), summary=written))
    tell(reference, "has a new summary", json)


def _show(episode: str, latest: Summary, json: bool) -> None:
    if json:
        as_json({"episode": episode, "summary": latest.model_dump(mode="json")})
        return
    for line in summary_lines(latest) or ["No summary has been written."]:
        say(line)


def _action(text: str) -> ActionItem:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != len(ActionItem.model_fields) or not all(parts):
        raise typer.BadParameter('write WHAT|WHO|WHEN, such as "first visit|SSIH|tomorrow"', param_hint="--action")
    return ActionItem(what=parts[0], who=parts[1], when=parts[2])


def _read(file: Path) -> Summary:
    """The summary in a file. What is wrong is told without repeating what stands there."""
    try:
        data = _data_in(file.read_text(encoding="utf-8-sig"))
        return Summary.model_validate({key.replace("-", "_"): value for key, value in data.items()})
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter("the file cannot be read", param_hint="--file") from None
    except ValidationError as error:
        places = ", ".join(dict.fromkeys(str(each["loc"][0]) for each in error.errors() if _is_part(each["loc"])))
        known = ", ".join(name.replace("_", "-") for name in Summary.model_fields)
        wrong = f"this is not as it should be: {places}" if places else f"only these parts are known: {known}"
        raise typer.BadParameter(wrong, param_hint="--file") from None
    except DefinitionError as error:
        fault = error.faults[0]
        wrong = f"it is neither JSON nor YAML with a summary's parts (line {fault.line}: {fault.code})"
        raise typer.BadParameter(wrong, param_hint="--file") from None
    except (AttributeError, ValueError):
        raise typer.BadParameter("it is neither JSON nor YAML with a summary's parts", param_hint="--file") from None


def _data_in(text: str) -> Any:
    """What a JSON or YAML text says. Raises DefinitionError for what is neither, or nests deeper than any summary."""
    if text.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):  # perhaps it is YAML; the reader below says what is wrong with it
            return json_of(text)
    document = document_of(text, "summary")
    if document.faults:
        raise DefinitionError(document.faults)
    return document.value


def _is_part(place: tuple[int | str, ...]) -> bool:
    return place[0] in Summary.model_fields


def read_back(
    handover: Handover,
    team: Team,
    severity: Annotated[IllnessSeverity, typer.Option(help="How ill you have understood the patient to be.")],
    next_action: Annotated[
        str, typer.Option("--next", help="What you will do next, in your own words.", parser=words, metavar=WORDS)
    ],
    contingency: Annotated[
        str, typer.Option(help="What may happen, and what you will do then.", parser=words, metavar=WORDS)
    ],
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Say in your own words, as the receiver, what you have understood. The sender confirms or corrects it.

    Example: handslag read-back H7K2-QM4T --severity watcher --next - --contingency - --as ssih
    """
    reference = handover_reference(handover)
    command = GiveReadBack(
        actor=actor(team, by),
        handover=reference,
        severity=severity,
        next_action=next_action,
        contingency=contingency,
    )
    perform(reference, command, occurred_at)
    tell(reference, "has been read back; the sender is to confirm or correct it", json)


def correct(
    handover: Handover,
    correction: Annotated[str, typer.Argument(help="What in the read-back is not right.", parser=words, metavar=WORDS)],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Say, as the sender, what in the latest read-back is not right. The receiver reads back again.

    Example: handslag correct H7K2-QM4T - --as municipal-palliative-team
    """
    reference = handover_reference(handover)
    perform(reference, CorrectReadBack(actor=actor(team, by), handover=reference, correction=correction), occurred_at)
    tell(reference, "is to be read back again", json)


def confirm_read_back(
    handover: Handover, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False
) -> None:
    """Say, as the sender, that the latest read-back is right."""
    reference = handover_reference(handover)
    command = ChangeHandover(actor=actor(team, by), handover=reference, action=Action.CONFIRM_READ_BACK)
    perform(reference, command, occurred_at)
    tell(reference, "has a confirmed read-back", json)


def ask(
    handover: Handover,
    text: Annotated[str, typer.Argument(help="Your question to the sender.", parser=words, metavar=WORDS)],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Ask the sender something, as the receiver. One question at a time.

    Example: handslag ask H7K2-QM4T - --as ssih-jonkoping
    """
    reference = handover_reference(handover)
    perform(reference, AskQuestion(actor=actor(team, by), handover=reference, text=text))
    tell(reference, "has a question that the sender is to answer", json)


def reply(
    handover: Handover,
    answer: Annotated[str, typer.Argument(help="Your answer to the receiver's question.", parser=words, metavar=WORDS)],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Answer the receiver's question, as the sender.

    Example: handslag reply H7K2-QM4T - --as municipal-palliative-team
    """
    reference = handover_reference(handover)
    perform(reference, AnswerQuestion(actor=actor(team, by), handover=reference, answer=answer))
    tell(reference, "has its question answered", json)
