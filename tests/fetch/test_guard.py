import re
from pathlib import Path

import ada_url
import pytest

from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.dialler import Dialler
from crawler.fetch.http.guard import AddressGuard
from crawler.fetch.http.request import Request
from crawler.fetch.http.resolver import Resolver
from storage.records.model import Engine
from storage.records.outcome import Outcome
from tests.conftest import read_rows

FORBIDDEN = """
127.0.0.1 127.8.8.8 10.0.0.1 172.16.3.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 192.0.0.8
192.88.99.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 fec0::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1::
2001:0:7f00:1:: ::127.0.0.1 2001:db8::1 3fff::1 5f00::1 ff02::1 fe80::1%eth0
2001:4860:4860::5efe:7f00:1 localhost ::ffff:0:7f00:1 ::ffff:0:a9fe:a9fe ::ffff:0:808:808
4000::1 1::1
""".split()
PUBLIC = "93.184.216.34 8.8.8.8 2606:4700:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808".split()


@pytest.mark.parametrize("address", FORBIDDEN)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not AddressGuard().allows(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert AddressGuard().allows(address)


def test_an_operator_opens_ranges_and_nothing_else() -> None:
    guard = AddressGuard(["127.0.0.0/8"])

    assert guard.allows("127.0.0.9")
    assert not guard.allows("10.0.0.1")
    assert not guard.allows("::1")


def test_every_literal_of_the_shared_list_is_decided_right(shared: Path) -> None:
    guard, wrong = AddressGuard(), []
    for row in read_rows(shared / "data/security/ssrf_urls.jsonl"):
        try:
            parts = ada_url.URL(row["url"])
        except ValueError:
            continue  # refused before any address is looked at
        host = parts.hostname.strip("[]")
        if parts.protocol in {"http:", "https:"} and re.fullmatch(
            r"[\d.]+|[\da-f:.]*:[\da-f:.]*", host
        ):
            wrong += [row["url"]] if guard.allows(host) != row["allow"] else []

    assert wrong == []


@pytest.mark.parametrize("engine", list(Engine))
async def test_no_forbidden_form_of_the_shared_list_is_dialled(
    shared: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the whole client, with recorders in place of everything that opens a connection."""
    dialled: list[str] = []

    async def record(*_: object, **__: object) -> None:
        dialled.append("dialled")
        raise ConnectionRefusedError

    monkeypatch.setattr(Dialler, "open_socket", record)
    monkeypatch.setattr(Resolver, "query", _no_names)
    let_through = []
    async with Client(user_agent="x", engine=engine) as client:
        for row in read_rows(shared / "data/security/ssrf_urls.jsonl"):
            dialled.clear()
            with pytest.raises(FetchError) as caught:
                await client.get(Request(url=row["url"], max_bytes=100, deadline=3))
            if not row["allow"] and (dialled or caught.value.outcome is Outcome.NETWORK):
                let_through.append(row["url"])

    assert let_through == []


async def _no_names(_: object, host: str) -> None:
    raise FetchError(Outcome.DNS, host, "names are not asked for here")
