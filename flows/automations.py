"""The automations that Handslag declares on the server: what IT must hear of even when Handslag itself has stopped.

They tell the notification block that HANDSLAG_ALERT_BLOCK names. Where it names none there are none: an automation that
does nothing would only look as if somebody were told.
"""

from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.events.actions import DoNothing, SendNotification
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from flows.announcing import INCIDENT_OPEN

_WATCH_MAY_BE_SILENT_FOR = timedelta(minutes=5)


def declared(block: UUID) -> list[AutomationCore]:
    """The automations as they should be; they tell the notification block of this id."""
    return [
        _telling(
            block,
            name="handslag: watch has stopped",
            description="No run of `watch` has completed for five minutes. Look at the worker and its log.",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Completed"},
                match_related={"prefect.resource.role": "flow", "prefect.resource.name": "watch"},
                posture=Posture.Proactive,
                threshold=1,
                within=_WATCH_MAY_BE_SILENT_FOR,
            ),
        ),
        _telling(
            block,
            name="handslag: a run crashed",
            description="A flow run crashed. `watch` starts it again; look at the worker if it happens often.",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Crashed"},
                match={"prefect.resource.id": "prefect.flow-run.*"},
                posture=Posture.Reactive,
                threshold=1,
                within=timedelta(seconds=0),
            ),
        ),
        _telling(
            block,
            name="handslag: notices do not leave",
            description="A channel takes no notices, or notices have reached nobody. Look with: handslag doctor.",
            trigger=EventTrigger(
                expect={INCIDENT_OPEN},
                posture=Posture.Reactive,
                threshold=1,
                within=timedelta(seconds=0),
            ),
        ),
    ]


async def declare(alert_block: str) -> bool:
    """Put the automations on the server, or take them away where no block is named. What IT chose them to do is kept.

    `alert_block`: type and name of a notification block, as `slack-webhook/it-duty`. False where the server has no such
    block: they are taken away then as well.
    """
    async with get_client() as client:
        block = await _block(client, alert_block) if alert_block else None
        if block is None:
            for automation in declared(UUID(int=0)):
                await _take_away(client, automation.name)
            return not alert_block
        for automation in declared(block):
            await _declare(client, automation)
    return True


def _telling(block: UUID, *, name: str, description: str, trigger: EventTrigger) -> AutomationCore:
    told = SendNotification(block_document_id=block, subject=name, body=description)
    return AutomationCore(name=name, description=description, trigger=trigger, actions=[told])


async def _block(client: PrefectClient, named: str) -> UUID | None:
    block_type, _, name = named.partition("/")
    try:
        return (await client.read_block_document_by_name(name, block_type)).id
    except ObjectNotFound:
        return None


async def _take_away(client: PrefectClient, name: str) -> None:
    for known in await client.read_automations_by_name(name):
        if not _is_chosen(known):
            await client.delete_automation(known.id)


async def _declare(client: PrefectClient, automation: AutomationCore) -> None:
    known = await client.read_automations_by_name(automation.name)
    if not known:
        await client.create_automation(automation)
        return
    # The client sends only what was set explicitly, and without their types the server takes no trigger and no action.
    kept = known[0].actions if _is_chosen(known[0]) else automation.actions
    actions = {"actions": [action.model_dump() for action in kept]}
    whole = AutomationCore.model_validate({**automation.model_dump(exclude={"owner_resource"}), **actions})
    await client.update_automation(known[0].id, whole)


def _is_chosen(known: Automation) -> bool:
    """Whether somebody chose what it does: it does something, and that is not to tell as we declare it."""
    return not all(
        isinstance(action, DoNothing) or (isinstance(action, SendNotification) and action.subject == known.name)
        for action in known.actions
    )
