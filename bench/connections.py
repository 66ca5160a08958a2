"""What connections cost: memory of one that is held, CPU of one that is opened, plain and TLS.

    python -m bench.connections --connections 1000

Our engine, stock httpx, and aiohttp where it is installed, fetch ten bytes from as many hosts, once
each, and keep the connections; every measurement is a process of its own on one core, the site on
the other.
"""

import argparse
import asyncio
import json
import ssl
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path

import httpx
import trustme

from bench import site
from bench.work import allow_sockets, cpu_seconds, resident_bytes
from crawler import log
from crawler.fetch.http.client import Client
from crawler.fetch.http.timing import Timing
from crawler.runtime.eventloop import run
from crawler.urls.address import address_of
from storage.records.model import Engine

PORT = 8081
_AT_ONCE = 100
Fetch = Callable[[str], Awaitable[None]]


async def _all(urls: list[str], fetch: Fetch) -> dict[str, float]:
    """Fetch each once, some at a time; return what it cost while all connections are held."""
    waiting = list(reversed(urls))

    async def worker() -> None:
        while waiting:
            await fetch(waiting.pop())

    before, memory = cpu_seconds(), resident_bytes()
    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(worker())
    return {
        "cpu": (cpu_seconds() - before) / len(urls) * 1000,
        "kib": (resident_bytes() - memory) / len(urls) / 1024,
    }


async def ours(urls: list[str], ca_file: Path) -> dict[str, float]:
    """Our engine."""
    places = {f"{_name(url)}:{PORT}": url.split("/")[2] for url in urls}
    urls = [url.replace(places[f"{_name(url)}:{PORT}"], f"{_name(url)}:{PORT}") for url in urls]
    async with Client(
        user_agent="bench", ca_file=ca_file, allow_private=["127.0.0.0/8"], max_idle=100_000,
        connect_to=places,
    ) as client:  # fmt: skip
        engine = client.engine(Engine.DRAWDOWN)

        async def fetch(url: str) -> None:
            async with aclosing(await engine.ask(address_of(url), [], Timing())) as answer:
                while await answer.read():
                    pass

        await fetch(urls[0])
        return await _all(urls[1:], fetch)


async def bare_aiohttp(urls: list[str], ca_file: Path) -> dict[str, float]:
    """aiohttp with one context, no limit, long keep-alive."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=90, ssl=_context(ca_file))
    async with aiohttp.ClientSession(connector=connector) as session:

        async def fetch(url: str) -> None:
            async with session.get(url, server_hostname=_name(url)) as response:
                await response.read()

        await fetch(urls[0])
        return await _all(urls[1:], fetch)


async def stock_httpx(urls: list[str], ca_file: Path) -> dict[str, float]:
    """httpx with as many connections as there are hosts."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(verify=_context(ca_file), limits=limits, timeout=60) as client:

        async def fetch(url: str) -> None:
            await client.get(url, extensions={"sni_hostname": _name(url)})

        await fetch(urls[0])
        return await _all(urls[1:], fetch)


CLIENTS = {"our engine": ours, "bare aiohttp": bare_aiohttp, "stock httpx": stock_httpx}


def _name(url: str) -> str:
    """Return the name of a host, which a certificate for all of them covers."""
    return f"h{url.split('/')[2].partition(':')[0].replace('.', '-')}.bench.example"


def _context(ca_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file))


def measure(name: str, scheme: str, connections: int, ca_file: Path) -> None:
    """Measure one client in this process and print what it cost."""
    allow_sockets()
    log.set_up(quiet=True)
    urls = [f"{scheme}://{site.address_of(n)}:{PORT}/tiny" for n in range(connections + 1)]
    print(json.dumps(run(CLIENTS[name](urls, ca_file))))


def compare(scheme: str, connections: int, rounds: int, ca_file: Path) -> None:
    """Measure all in interleaved rounds and print a row each."""
    names = [name for name in CLIENTS if name != "bare aiohttp" or find_spec("aiohttp")]
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, rows in found.items():
            command = ["taskset", "-c", "0", sys.executable, "-m", "bench.connections", "--only",
                       name, "--scheme", scheme, "--connections", str(connections),
                       "--ca-file", str(ca_file)]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
            rows.append(json.loads(done.stdout))
    print(f"\n{scheme}, {connections} connections, medians of {rounds}")
    print(f"{'':16}{'CPU ms to open':>16}{'KiB to hold':>13}")
    for name, rows in found.items():
        cpu, kib = (statistics.median(row[key] for row in rows) for key in ("cpu", "kib"))
        print(f"{name:16}{cpu:16.2f}{kib:13.1f}")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--scheme", help=argparse.SUPPRESS)
    parser.add_argument("--ca-file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        measure(asked.only, asked.scheme, asked.connections, asked.ca_file)
        return
    with tempfile.TemporaryDirectory() as folder:
        authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        certificate = authority.issue_cert("*.bench.example", key_type=trustme.KeyType.ECDSA)
        ca_file, pem = Path(folder) / "ca.pem", Path(folder) / "site.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        certificate.private_key_and_cert_chain_pem.write_to_path(str(pem))
        with site.running("--port", str(PORT), core=1):
            compare("http", asked.connections, asked.rounds, ca_file)
        with site.running("--port", str(PORT), "--tls", str(pem), core=1):
            compare("https", asked.connections, asked.rounds, ca_file)


if __name__ == "__main__":
    main()
