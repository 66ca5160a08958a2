"""The demo: the real pipeline reads invented outlets on loopback twice, and reports the result."""

import asyncio
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from crawler import config as configuration
from crawler import log
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.report import Report, print_report, read_report
from crawler.commands.web import serve as serve_page
from crawler.daemon import daemon
from crawler.demo.outlet import load_papers, outlet_of
from crawler.demo.paper import Paper
from crawler.demo.server import Request, Response, serve
from crawler.pipeline.tally import Tally
from crawler.runtime import eventloop
from storage.archive.places import folder_for

_BETWEEN_ROUNDS = 1.5  # seconds: the demo's sources are due again after one
_CONFIG = """\
# Made by `drawdown demo`: outlets of our own invention, served on loopback while the demo runs.
[drawdown]
contact = "demo@drawdown.example"
store = "corpus.db"

[drawdown.limits]
delay = "50ms"  # between two requests to one host; on the web it is 5 s

[network]
allow_private = ["127.0.0.0/8"]
connect_to = {{ {connect_to} }}
"""


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True,
    help="Where configuration and corpus are kept; an earlier demo's corpus is replaced.",
)  # fmt: skip
@click.option("--web", "is_served", is_flag=True,
              help="Then serve the page over the corpus, until Ctrl-C.")  # fmt: skip
@json_option
def demo(folder: Path, is_served: bool, as_json: bool) -> None:
    """Run the whole pipeline against invented outlets on this machine, without the network.

    Example: drawdown demo --folder /tmp/drawdown-demo
    """
    log.set_up(quiet=True)
    folder.mkdir(parents=True, exist_ok=True)
    remove_earlier(folder)
    eventloop.run(_two_rounds(folder, Console(stderr=as_json)))
    report = read_report(folder / "corpus.db")
    if as_json:
        print_json(report)
    else:
        _print(report, folder)
    if is_served:
        serve_page(folder / "sources.toml", is_any_port_right=True)


def _print(report: Report, folder: Path) -> None:
    print_report(report)
    _suggest(folder, report.copies[0].id if report.copies else 1)


def remove_earlier(folder: Path) -> None:
    """Remove the corpus of an earlier demo, and its archive: neither is begun without the other."""
    for old in folder.glob("corpus.db*"):
        old.unlink()
    archive = folder_for(folder / "corpus.db")
    if archive.is_dir():
        shutil.rmtree(archive)


async def _two_rounds(folder: Path, console: Console) -> None:
    """Serve the outlets and run twice; between the rounds one of them rewrites an article."""
    started = datetime.now().astimezone().replace(microsecond=0)
    day = {"second": False}
    papers = load_papers(started)
    rewritten = {paper.host: paper for paper in load_papers(started, second_day=True)}

    def outlet(paper: Paper) -> Callable[[Request], Response]:
        first, second = outlet_of(paper), outlet_of(rewritten[paper.host])
        return lambda request: (second if day["second"] else first)(request)

    async with serve({paper.host: outlet(paper) for paper in papers}) as connect_to:
        file = folder / "sources.toml"
        file.write_text(_write_config(papers, connect_to), "utf-8")
        config = configuration.load(file)
        for title in ("First round", "Second round: one outlet has rewritten an article"):
            async with _progress(title, console) as watch:
                await daemon.once(config, watch)
            day["second"] = True
            await asyncio.sleep(_BETWEEN_ROUNDS)


def _write_config(papers: list[Paper], connect_to: dict[str, str]) -> str:
    pairs = ", ".join(f'"{name}" = "{place}"' for name, place in connect_to.items())
    parts = [_CONFIG.format(connect_to=pairs)]
    kinds = {"listing": "page", "sitemap": "sitemap"}
    for paper in papers:
        kind = kinds.get(paper.feed, "feed")
        parts.append(
            f'\n[[source]]\nname = "{paper.name}"\n{kind} = "http://{paper.host}{paper.feed_path}"\n'
            f'country = "{paper.country}"\nlanguage = "{paper.language}"\ngroup = "{paper.group}"\n'
            'interval = "1s"\n'
        )
    return "".join(parts)


@asynccontextmanager
async def _progress(
    title: str,
    console: Console,
) -> AsyncIterator[Callable[[Tally], None]]:
    """Show a tally while it grows; yield a function that takes it."""
    tallies: list[Tally] = []
    with Live(
        Group(title),
        console=console,
        refresh_per_second=8,
    ) as live:

        async def refresh() -> None:
            while True:
                await asyncio.sleep(0.12)
                live.update(_table_of(title, tallies))

        async with asyncio.TaskGroup() as group:
            task = group.create_task(refresh())
            yield tallies.append
            task.cancel()
        live.update(_table_of(title, tallies))
    console.print()


def _table_of(title: str, tallies: list[Tally]) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        show_header=False,
        box=None,
    )
    outcomes: dict[str, list[str]] = {}
    totals: Counter[str] = Counter()
    counted = tallies[0].outcomes if tallies else {}
    for (kind, outcome), count in sorted(counted.items()):
        outcomes.setdefault(kind, [])
        totals[kind] += count
        if kind != "discovered":  # its only outcome would repeat the total
            outcomes[kind].append(f"{count} {outcome}")

    for kind, parts in outcomes.items():
        table.add_row(f"  {kind}", str(totals[kind]), ", ".join(parts))
    return table


def _suggest(folder: Path, example: int) -> None:
    """Print commands that show more of the demo's corpus."""
    program = Path(sys.argv[0])
    called = sys.argv[0] if program.name == "drawdown" else "drawdown"
    click.echo("Look further:")
    for arguments in (
        "status",
        f"show {example}",
        "export --relevant --unique --format csv --out articles.csv",
        "web",
    ):
        click.echo(f"  {called} --config {folder / 'sources.toml'} {arguments}")
