"""Who a page is about, for those who may know it. Each time that it is shown is noted."""

from desk.asking import Asking
from pathways.errors import Refused
from pathways.operations.person_views import ShownPatient


def patient_of(asking: Asking, episode: str) -> ShownPatient | None:
    """The patient of an episode; None where nobody has said yet who it is, or it is not for the viewer to know."""
    if not asking.service.patients.is_known(episode):
        return None
    try:
        return asking.service.patient_access.patient(asking.viewer, episode)
    except Refused:
        return None
