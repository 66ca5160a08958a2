"""The whole pipeline against a plain fetch of the same pages, in one run.

    python -m bench.throughput --outlets 100 --articles 20

Serves a farm from a process of its own, then measures the CPU time an article costs: stock httpx
(one AsyncClient, 100 at a time, body read), our client, and the pipeline with everything on, the
parser processes counted. Quote the ratios: absolute times are the machine's.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import httpx

from bench.farm import feed_sources, make_outlets, write_config
from crawler import config as configuration
from crawler import daemon, log
from crawler.demo.server import serve
from crawler.fetch.order import Order

_AT_ONCE = 100
_ARTICLE_BYTES = 5 * 1024 * 1024


def cpu_seconds() -> float:
    """Return the CPU time of this process and of those that ended under it."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


async def fetch_all(urls: list[str], fetch: Callable[[str], Awaitable[object]]) -> None:
    """Fetch every address, some at a time."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(url: str) -> None:
        async with slots:
            await fetch(url)

    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(one(url))


async def stock_httpx(urls: list[str], connect_to: Mapping[str, str]) -> None:
    """The baseline: httpx as it comes, asked for the address and told the host."""
    async with httpx.AsyncClient(trust_env=False) as client:

        async def fetch(url: str) -> None:
            host = httpx.URL(url).host
            place = connect_to[f"{host}:80"]
            response = await client.get(url.replace(host, place), headers={"Host": host})
            response.raise_for_status()

        await fetch_all(urls, fetch)


async def our_client(urls: list[str], config: configuration.Config) -> None:
    """The client alone: guard, limits and bounded decoding on."""
    async with daemon.make_client(config) as client:
        await fetch_all(
            urls, lambda url: client.get(Order(url=url, max_bytes=_ARTICLE_BYTES, deadline=60))
        )


async def measure(work: Awaitable[object], articles: int) -> tuple[float, float]:
    """Return CPU milliseconds an article and articles a second."""
    cpu, started = cpu_seconds(), time.monotonic()
    await work
    return (cpu_seconds() - cpu) / articles * 1000, articles / (time.monotonic() - started)


async def compare(outlets: int, articles: int, connect_to: Mapping[str, str]) -> None:
    """Measure the three in turn and print a row each."""
    hosts = {name.removesuffix(":80"): None for name in connect_to}
    total = outlets * articles
    urls = [f"http://outlet{n // articles}.example/story/{n}" for n in range(total)]
    with tempfile.TemporaryDirectory() as folder:
        file = write_config(Path(folder) / "sources.toml", connect_to, feed_sources(hosts))
        config = configuration.load(file)
        base, _ = await measure(stock_httpx(urls, connect_to), total)
        print(f"{'':28}{'CPU ms/article':>15}{'articles/s':>12}{'vs httpx':>10}")
        for name, work in (
            ("stock httpx, fetch only", stock_httpx(urls, connect_to)),
            ("our client, fetch only", our_client(urls, config)),
            ("pipeline, fetch to commit", daemon.once(config)),
        ):
            cost, speed = await measure(work, total)
            print(f"{name:28}{cost:15.2f}{speed:12.0f}{cost / base:10.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory of the crawling process: {peak} MiB")


async def serve_farm(outlets: int, articles: int) -> None:
    """The farm's process: print where it listens, serve until the parent closes the pipe."""
    async with serve(make_outlets(outlets=outlets, articles=articles)) as connect_to:
        print(json.dumps(connect_to), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Start the farm and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=100)
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(serve_farm(asked.outlets, asked.articles))
        return
    log.set_up(quiet=True)
    command = [sys.executable, "-m", "bench.throughput", "--serve",
               "--outlets", str(asked.outlets), "--articles", str(asked.articles)]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as farm:
        assert farm.stdout is not None
        connect_to = json.loads(farm.stdout.readline())
        asyncio.run(compare(asked.outlets, asked.articles, connect_to))
        farm.communicate()


if __name__ == "__main__":
    main()
