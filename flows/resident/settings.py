"""What can be set on a resident worker beyond Prefect's own settings, each with its default."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ResidentSettings(BaseSettings):
    """Settings of one resident worker, from the environment with the prefix `HANDSLAG_WORKER_`."""

    model_config = SettingsConfigDict(env_prefix="HANDSLAG_WORKER_", frozen=True)

    limit: int = Field(default=20, ge=1, description="Runs at once, unless `--limit` says otherwise.")
    stop_seconds: float = Field(
        default=10.0, ge=0, description="How long runs in progress are given to end when the worker is told to stop."
    )
    upkeep_seconds: float = Field(
        default=5.0,
        ge=1,
        description="How often it looks for notices that nobody sends, and for limits while no run of `watch` acts.",
    )
