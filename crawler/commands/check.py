"""`drawdown check`: the configuration, the topic, the store, and on demand the sources."""

from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.names import complete_outlet
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.runtime import eventloop
from crawler.scouting.live_check import Answer, ask_all
from crawler.topic import rules
from storage.errors import StoreCorrupt
from storage.records.model import Source
from storage.sqlite.database import find_damage, open_corpus


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=complete_outlet)
@click.option("--live", is_flag=True, help="Ask every source, or those named, once.")
@json_option
@click.pass_obj
def check(config: Path, sources: tuple[str, ...], live: bool, as_json: bool) -> None:
    """Validate the configuration, the topic and the store, without writing anything.

    With --live each enabled source is fetched once, politely, and read: what it answers, what
    robots.txt says, whether it has moved, how many entries it has and how new they are. Its newest
    article is fetched, extracted and judged, too, and what could be better is said. A SOURCE is an
    outlet's name; one that is not enabled can be asked too. Exits with 1 where one cannot be read.

    Example: drawdown check --live "Enab Baladi"
    """
    checked = configuration.load(config)
    facts = _facts(config, checked)
    if as_json and not live:
        print_json(facts)
    elif not as_json:
        click.echo(
            f"{config}: ok, {facts['outlets']} outlets, {facts['enabled']} of them enabled with "
            f"{facts['sources']} sources, topic {facts['topic']}, store {checked.store} "
            f"({facts['store_state']})"
        )
        if checked.network.proxy is not None:
            click.secho(_BEHIND_A_PROXY, fg="yellow")
    if live and not eventloop.run(_ask(checked, _named(checked, sources), as_json)):
        raise click.exceptions.Exit(1)


_BEHIND_A_PROXY = (
    "[network] proxy: the proxy resolves names, so a public name that leads to a private address "
    "is not refused here; private addresses that are written out are, and local names"
)


def _facts(config: Path, checked: Config) -> dict[str, str | int]:
    """Return what was checked. Raises TopicError or StorageError."""
    topic = rules.load(checked.topic_file)
    store = "not made yet"
    if checked.store.is_file():
        with open_corpus(checked.store) as connection:
            damage = find_damage(connection)
        if damage is not None:
            raise StoreCorrupt(f"{checked.store}: damaged: {damage}; restore a back-up")
        store = "sound"
    return {
        "config": str(config),
        "outlets": len(checked.source),
        "enabled": sum(outlet.enabled for outlet in checked.source),
        "sources": len(checked.sources()),
        "topic": topic.version,
        "store": str(checked.store),
        "store_state": store,
        "guard": "addresses" if checked.network.proxy is None else _BEHIND_A_PROXY,
    }


def _named(config: Config, names: tuple[str, ...]) -> list[Source]:
    """Return the sources of the outlets named, enabled or not; without names all enabled ones."""
    if not names:
        return config.sources()
    known = {outlet.name: outlet for outlet in config.source}
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(f"no such source: {', '.join(unknown)}")
    chosen = [known[name].model_copy(update={"enabled": True}) for name in names]
    return [source for outlet in chosen for source in outlet.sources()]


async def _ask(config: Config, sources: list[Source], as_json: bool) -> bool:
    """Print what each source answers; return whether all can be read."""
    is_good = True
    async for answer in ask_all(config, sources):
        is_good = is_good and answer.outcome == "readable"
        if as_json:
            print_json(answer)
        else:
            _print(answer)
    return is_good


def _print(answer: Answer) -> None:
    good = answer.outcome == "readable"
    click.secho(f"{answer.outcome:>16}  ", fg=None if good else "red", nl=False)
    click.echo(f"{plain(answer.source)}  {plain(answer.url)}")
    told = [answer.detail] if answer.detail else []
    told.append(f"robots.txt: {answer.robots}")
    if good:
        newest = plain(answer.newest) or "undated"
        told.append(
            f"{answer.entries} entries, {answer.promising} promise to be on topic; newest {newest}"
        )
    if answer.article_url:
        told.append(": ".join(filter(None, (answer.article_url, answer.headline, answer.article))))
    for line in told:
        click.echo(f"{'':18}{plain(line)}")
    for suggestion in answer.suggestions:
        click.secho(f"{'':18}{plain(suggestion)}", fg="yellow")
