"""The command `drawdown check`."""

from collections.abc import Iterator
from pathlib import Path

import click

from crawler import config as configuration
from crawler.alerts.addresses import addresses
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.runtime import eventloop
from crawler.scouting.live_check import Answer, ask_all
from crawler.text.counting import counted
from crawler.topic import rules
from storage.errors import StoreCorrupt
from storage.records.model import Source
from storage.sqlite.database import find_damage, open_corpus

_INDENT = 18  # columns before lines under the outcome of a source


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=complete_outlet)
@click.option("--live", is_flag=True, help="Also fetch every source, or those named, once.")
@json_option
@click.pass_obj
def check(
    config: Path,
    sources: tuple[str, ...],
    live: bool,
    as_json: bool,
) -> None:
    """Validate the configuration, the topic and the store, without writing anything.

    With --live each enabled source is fetched once, politely: its outcome, what robots.txt allows,
    whether it has moved, how many entries it has and how new they are. Its newest article is
    fetched, extracted and judged, too, and improvements are suggested. A SOURCE is an outlet's
    name, enabled or not. Exits with 1 if a source cannot be read.

    Example: drawdown check --live "Enab Baladi"
    """
    checked = configuration.load(config)
    chosen = _named(checked, sources)
    facts = _facts(config, checked)
    if as_json and not live:
        print_json(facts)
    elif not as_json:
        _print_facts(facts)
    if not live:
        return
    all_readable = eventloop.run(_print_answers(checked, chosen, as_json))
    if not all_readable:
        raise click.exceptions.Exit(1)


_BEHIND_A_PROXY = (
    "[network] proxy: the proxy resolves names, so a public name that leads to a private address "
    "is not refused here; private addresses that are written out are, and local names"
)


def _facts(config: Path, checked: Config) -> dict[str, str | int]:
    """Check alerts, topic and store; return the facts.

    Raises ConfigError, TopicError or StorageError.
    """
    if checked.alert:
        addresses(checked)  # services that nobody knows, variables that are not set
    topic = rules.load(checked.topic_file)
    store_state = "not made yet"
    if checked.store.is_file():
        with open_corpus(checked.store) as connection:
            damage = find_damage(connection)
        if damage is not None:
            raise StoreCorrupt(f"{checked.store}: damaged: {damage}; restore a back-up")
        store_state = "sound"
    return {
        "config": str(config),
        "outlets": len(checked.source),
        "enabled": sum(outlet.enabled for outlet in checked.source),
        "sources": len(checked.sources()),
        "topic": topic.version,
        "store": str(checked.store),
        "store_state": store_state,
        "guard": "addresses" if checked.network.proxy is None else _BEHIND_A_PROXY,
    }


def _print_facts(facts: dict[str, str | int]) -> None:
    outlets = counted(int(facts["outlets"]), "outlet")
    sources = counted(int(facts["sources"]), "source")
    say(
        f"{plain(facts['config'])}: ok, {outlets}, {facts['enabled']} of them "
        f"enabled with {sources}, topic {facts['topic']}, "
        f"store {plain(facts['store'])} ({facts['store_state']})"
    )
    if facts["guard"] == _BEHIND_A_PROXY:
        say(_BEHIND_A_PROXY, colour="yellow")


def _named(config: Config, names: tuple[str, ...]) -> list[Source]:
    """Return the sources of the named outlets, enabled or not; without names, all enabled ones."""
    if not names:
        return config.sources()
    known = {outlet.name: outlet for outlet in config.source}
    chosen: list[Source] = []
    for name in names:
        enabled = known[named(name, known, "source")].model_copy(update={"enabled": True})
        chosen += enabled.sources()
    return chosen


async def _print_answers(
    config: Config,
    sources: list[Source],
    as_json: bool,
) -> bool:
    """Print the answer of each source as it arrives; return whether all are readable."""
    all_readable = True
    async for answer in ask_all(config, sources):
        all_readable = all_readable and answer.outcome == "readable"
        if as_json:
            print_json(answer)
        else:
            _print(answer)
    return all_readable


def _print(answer: Answer) -> None:
    is_readable = answer.outcome == "readable"
    outcome = click.style(f"{answer.outcome:>16}", fg=None if is_readable else "red")
    say(f"{outcome}  {plain(answer.source)}  {plain(answer.url)}", hanging=_INDENT)
    for line in _details(answer):
        say(plain(line), indent=_INDENT)
    for suggestion in answer.suggestions:
        say(plain(suggestion), indent=_INDENT, colour="yellow")


def _details(answer: Answer) -> Iterator[str]:
    if answer.detail:
        yield answer.detail
    yield f"robots.txt: {answer.robots}"
    if answer.outcome == "readable":
        newest = plain(answer.newest) or "undated"
        verb = "promises" if answer.promising == 1 else "promise"
        entries = counted(answer.entries, "entry", "entries")
        yield f"{entries}, {answer.promising} {verb} to be on topic; newest {newest}"
    if answer.article_url:
        parts = (answer.article_url, answer.headline, answer.article)
        yield ": ".join(filter(None, parts))
