"""Fetch clients side by side in one run: CPU of the whole client process, alone on a core.

    python -m bench.clients --hosts 1000 --in-flight 200 --pages 4000 --rounds 3

Each client is a process of its own, the site another on the other core; rounds are interleaved.
Quote the ratios to bare aiohttp in the same run: absolute times are the machine's. aiohttp, pycurl
and Scrapy are measured where they are installed; without aiohttp the ratios are to our engine.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from functools import partial
from importlib.util import find_spec

from bench import ours, peers, site
from bench.work import Work, allow_sockets, cpu_seconds
from crawler import log
from crawler.runtime.eventloop import run
from storage.records.model import Engine

CLIENTS: dict[str, Callable[[Work], Coroutine[object, object, int] | int]] = {
    "bare aiohttp": peers.bare_aiohttp,
    "our engine": ours.engine,
    "our client": ours.client,
    "our loop, everything on": ours.everything,
    "our client over httpx": partial(ours.client, engine=Engine.HTTPX),
    "stock httpx": peers.stock_httpx,
    "pycurl": peers.curl,
    "Scrapy": peers.scrapy,
}
_NEEDS = {"bare aiohttp": "aiohttp", "pycurl": "pycurl", "Scrapy": "scrapy"}
PORT = 8080
_REFERENCE = "bare aiohttp" if find_spec("aiohttp") else "our engine"


def measure(name: str, hosts: int, in_flight: int, pages: int) -> dict[str, float]:
    """Fetch with one client in this process; return what it cost."""
    allow_sockets()
    rng = random.Random(5)
    roots = [f"http://{site.address_of(n)}:{PORT}" for n in range(hosts)]
    urls = [f"{roots[n % hosts]}/p/{rng.randrange(site.PAGES)}" for n in range(pages)]
    began: list[float] = []
    work = Work(urls, [f"{root}/tiny" for root in roots], in_flight,
                lambda: began.extend((cpu_seconds(), time.monotonic())))  # fmt: skip
    answer = CLIENTS[name](work)
    size = answer if isinstance(answer, int) else run(answer)
    assert size
    return {
        "cpu": (cpu_seconds() - began[0]) / pages * 1000,
        "rate": pages / (time.monotonic() - began[1]),
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "use": work.notes.get("in use", 1.0),
    }


def compare(names: list[str], hosts: int, in_flight: int, pages: int, rounds: int) -> None:
    """Measure clients in interleaved rounds and print a row each."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            command = ["taskset", "-c", "0", sys.executable, "-m", "bench.clients", "--only", name,
                       "--hosts", str(hosts), "--in-flight", str(in_flight),
                       "--pages", str(hosts if name == "stock httpx" else pages)]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            if done.returncode:
                sys.exit(done.stderr)
            found[name].append(json.loads(done.stdout.splitlines()[-1]))
    reference = found.get(_REFERENCE) or next(iter(found.values()))
    base = statistics.median(row["cpu"] for row in reference)
    print(f"\n{hosts} hosts, {in_flight} in flight, {pages} pages, medians of {rounds}")
    columns = "CPU ms", f"x {_REFERENCE.split()[-1]}", "pages/s", "MiB", "in use"
    print(" " * 34 + "".join(f"{title:>11}" for title in columns))
    for name, rows in found.items():
        cpu, rate, rss, use = (
            statistics.median(row[key] for row in rows) for key in ("cpu", "rate", "rss", "use")
        )
        print(f"{name:34}{cpu:11.3f}{base / cpu:11.2f}{rate:11.0f}{rss:11.0f}{use:11.0%}",
              flush=True)  # fmt: skip


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, nargs="+", default=[1000])
    parser.add_argument("--in-flight", type=int, nargs="+", default=[200])
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", default="", help="seconds a response waits, as 0.05-0.5")
    parser.add_argument("--clients", nargs="+", default=list(CLIENTS), help="names, as printed")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        log.set_up(quiet=True)
        print(json.dumps(measure(asked.only, asked.hosts[0], asked.in_flight[0], asked.pages)))
        return
    names = [name for name in asked.clients if name not in _NEEDS or find_spec(_NEEDS[name])]
    latency = ["--latency", asked.latency] if asked.latency else []
    with site.running("--port", str(PORT), *latency, core=1):
        for hosts in asked.hosts:
            for in_flight in asked.in_flight:
                compare(names, hosts, in_flight, asked.pages, asked.rounds)


if __name__ == "__main__":
    main()
