"""Where a run may reach beyond this machine: who is sent what, and whether SCB answers.

Only SCB's own host, or this machine, is ever asked, and nothing is sent.
"""

import threading
from typing import Final
from urllib.parse import urlsplit

from assets.storage.addresses import is_loopback
from pipelines.operations.checks.finding import Finding, both
from pipelines.settings import SCB_URL, SCB_URL_V1, Settings
from schemas.errors import KronvisError
from schemas.text import Text
from schemas.written import number_text

_SCB_HOSTS: Final = frozenset(urlsplit(url).hostname for url in (SCB_URL, SCB_URL_V1))
_SCB_SECONDS: Final = 3.0


def sending(settings: Settings) -> Finding:
    """Whether versions can be sent and messages delivered where that is asked for; nothing is sent."""
    from pipelines.operations.notify import outbox_from_environment  # noqa: PLC0415 - it may be missing
    from pipelines.operations.send import require_way  # noqa: PLC0415 - the same

    require_way(settings)
    outbox = outbox_from_environment()
    nobody = Text("ingen", "nobody")
    to = Text(settings.send_to.address(), settings.send_to.address()) if settings.send_to else nobody
    who = nobody if outbox.notifier is None else both(outbox.shown)
    return Finding("fine", Text(f"versioner: {to.sv}; besked: {who.sv}", f"versions: {to.en}; messages: {who.en}"))


def scb(settings: Settings, seconds: float = _SCB_SECONDS) -> Finding:
    """Whether SCB answers a small question within `seconds`; never wrong, since a run needs no network."""
    host = _host(settings.scb_url)
    if host not in _SCB_HOSTS and not is_loopback(host):
        found = Text(
            "en annan adress än SCB:s är satt; den frågas inte", "an address other than SCB’s is set; not asked"
        )
        return Finding("note", found, Text("ta bort KRONVIS_SCB_URL", "unset KRONVIS_SCB_URL"))
    answer: list[Finding] = []
    # Looking a name up knows no timeout; nobody waits for a thread that still does.
    asking = threading.Thread(target=lambda: answer.append(_asked(settings, seconds)), daemon=True)
    asking.start()
    asking.join(seconds + 0.5)
    return answer[0] if answer else _no_answer(host, seconds)


def _asked(settings: Settings, seconds: float) -> Finding:
    from assets.population.scb.client import PxWebClient  # noqa: PLC0415 - it may be missing

    client = PxWebClient(
        settings.scb_url,
        api=settings.scb_api,
        deadline_seconds=seconds,
        connect_timeout=seconds,
        read_timeout=seconds,
        retries=0,
        max_body_bytes=1_000_000,
    )
    host = _host(settings.scb_url)
    try:
        limits = client.limits()
    except KronvisError:
        return _no_answer(host, seconds)
    cells = number_text(limits.max_cells)
    return Finding("fine", Text(f"{host} svarar; högst {cells.sv} celler", f"{host} answers; at most {cells.en} cells"))


def _host(url: str) -> str:
    """The host of an address, without what else it may hold; empty for what is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _no_answer(host: str, seconds: float) -> Finding:
    return Finding(
        "note",
        Text(
            f"{host} gav inget svar att använda inom {seconds:.0f} s",
            f"{host} gave no usable answer in {seconds:.0f} s",
        ),
        Text("behövs bara för --source scb", "needed for --source scb only"),
    )
