"""Which worker has which run: one advisory lock of PostgreSQL per run.

The lock belongs to the worker's session. When its process or machine dies the server lets go of it, so nobody has to
trust clocks or heartbeats to know that a run is nobody's any more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy

# A machine that vanished without a word is given up after idle + interval × count = 25 seconds.
_NOTICE_DEATH: Final = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
_CLAIM: Final = sqlalchemy.text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_TRY: Final = sqlalchemy.text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


@contextmanager
def claim(postgres_url: str, run_id: str) -> Iterator[bool]:
    """Whether the run is ours; it stays so until the block ends or this process does."""
    with _session(postgres_url) as session:
        yield _ask(session, _CLAIM, run_id)


def is_claimed(postgres_url: str, run_id: str) -> bool:
    """Whether some living worker has the run; asked by taking the lock for the length of one statement."""
    with _session(postgres_url) as session:
        return not _ask(session, _TRY, run_id)


@contextmanager
def _session(postgres_url: str) -> Iterator[sqlalchemy.Connection]:
    """A connection that nobody else uses and that is closed for good at the end; closing it frees the claim."""
    engine = sqlalchemy.create_engine(
        postgres_url,
        poolclass=sqlalchemy.NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"options": _NOTICE_DEATH, "application_name": "kronvis-worker"},
    )
    with engine.connect() as session:
        yield session


def _ask(session: sqlalchemy.Connection, question: sqlalchemy.TextClause, run_id: str) -> bool:
    return bool(session.execute(question, {"name": f"kronvis run {run_id}"}).scalar_one())
