"""The shortest service that does the job without a workflow engine: one SQLModel insert, one e-mail by smtplib.

It promises none of what Handslag promises; it is the floor that the direct operation is held against.
"""

import smtplib
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine


class WishRow(SQLModel, table=True):
    """A wish that another team takes over."""

    __tablename__ = "bench_wish"

    id: int | None = Field(default=None, primary_key=True)
    patient: str
    to_team: str


def opened(path: Path) -> Engine:
    """A SQLite database as safe as Handslag's own: write-ahead log, synced at every commit."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def set_up(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")

    SQLModel.metadata.create_all(engine, tables=[WishRow.__table__])  # type: ignore[attr-defined]
    return engine


def request(engine: Engine, smtp_port: int, reference: str) -> None:
    """Insert the wish and send the e-mail."""
    with Session(engine) as session:
        session.add(WishRow(patient=reference, to_team="team"))
        session.commit()
    message = EmailMessage()
    message["Subject"] = f"Please answer: {reference}"
    message["From"], message["To"] = "bench@example.org", "team@example.org"
    message.set_content("A handover waits for your answer.")
    with smtplib.SMTP("127.0.0.1", smtp_port) as smtp:
        smtp.send_message(message)
