"""What a work pool of the resident type may say about its runs, and the form on which the Prefect UI shows it."""

from typing import Any

from prefect.workers.base import BaseJobConfiguration, BaseVariables
from pydantic import Field


class ResidentConfiguration(BaseJobConfiguration):
    """What a work pool or a deployment may say about how its runs are run."""

    time_limit_seconds: float = Field(default=600, gt=0)
    """A run that works longer than this is stopped."""

    @classmethod
    def json_template(cls) -> dict[str, Any]:
        """Give the part of a pool's template that is filled from its form: only what this worker heeds."""
        return {"time_limit_seconds": "{{ time_limit_seconds }}"}


class ResidentVariables(BaseVariables):
    """The form of a work pool of this type, as the Prefect UI shows it."""

    time_limit_seconds: float = Field(
        default=600,
        gt=0,
        title="Time limit (seconds)",
        description="A run that works longer than this before it ends or suspends is stopped and reported as crashed.",
    )

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the form's schema without the base class's fields, which speak of processes that are never made."""
        schema = super().model_json_schema(*args, **kwargs)
        inherited = BaseVariables.model_fields.keys()
        schema["properties"] = {name: field for name, field in schema["properties"].items() if name not in inherited}
        return schema
