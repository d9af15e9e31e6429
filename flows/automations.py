"""The automations that Handslag declares on the server: what IT must hear of even when Handslag itself has stopped.

They put an event into the feed that any notification block can be bound to; see the how-to on monitoring.
"""

from datetime import timedelta

from prefect.client.orchestration import PrefectClient, get_client
from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

_WATCH_MAY_BE_SILENT_FOR = timedelta(minutes=5)


def declared() -> list[AutomationCore]:
    """The automations as they should be."""
    return [
        AutomationCore(
            name="handslag: watch has stopped",
            description="No run of `watch` has completed for five minutes: clocks pass unseen. Look at the worker.",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Completed"},
                match_related={"prefect.resource.role": "flow", "prefect.resource.name": "watch"},
                posture=Posture.Proactive,
                threshold=1,
                within=_WATCH_MAY_BE_SILENT_FOR,
            ),
            actions=[DoNothing()],
        ),
        AutomationCore(
            name="handslag: a run crashed",
            description="A flow run crashed. `watch` starts it again; look at the worker if it happens often.",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Crashed"},
                match={"prefect.resource.id": "prefect.flow-run.*"},
                posture=Posture.Reactive,
                threshold=1,
                within=timedelta(seconds=0),
            ),
            actions=[DoNothing()],
        ),
    ]


async def declare() -> None:
    """Put the automations on the server. Doing it again brings them up to date, and keeps what IT chose to do then."""
    async with get_client() as client:
        for automation in declared():
            await _declare(client, automation)


async def _declare(client: PrefectClient, automation: AutomationCore) -> None:
    known = await client.read_automations_by_name(automation.name)
    if not known:
        await client.create_automation(automation)
        return
    # The client sends only what was set explicitly, and without their types the server takes no trigger and no action.
    chosen = {"actions": [action.model_dump() for action in known[0].actions]}
    whole = AutomationCore.model_validate({**automation.model_dump(exclude={"owner_resource"}), **chosen})
    await client.update_automation(known[0].id, whole)
