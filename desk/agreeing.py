"""What a person must have seen and agreed to before it happens to the records of a patient."""

from hashlib import sha256

from pathways.errors import Refused
from pathways.operations.identities import Identification
from pathways.phrases import Phrase


class NeedsAgreementError(Refused):
    """Nothing was changed yet: a person must agree to what would happen, which is `proposed`."""

    def __init__(self, proposed: Identification) -> None:
        mend = Phrase("Look at what would happen, and agree to it if it is the same patient.")
        super().__init__(Phrase("Nothing is changed yet."), mend)
        self.args = (proposed,)
        self.proposed = proposed


def mark_of(proposed: Identification) -> str:
    """What stands for all that would happen."""
    return sha256(repr(proposed).encode()).hexdigest()


def require_agreed(proposed: Identification, agreed: str) -> None:
    """Somebody agreed to just this, where that is needed. `agreed`: the mark of what they saw. Raises Refused."""
    if proposed.needs_agreement and agreed != mark_of(proposed):
        raise NeedsAgreementError(proposed)
