"""The command `drawdown add`."""

from collections.abc import Sequence
from pathlib import Path

import click

from crawler import config as configuration
from crawler import urls
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.text import plain, span
from crawler.config import writing
from crawler.errors import FeedUnreadable
from crawler.runtime import eventloop
from crawler.scouting.candidates import Candidate, Scout, Trial
from storage.records.model import SourceKind


@click.command()
@click.argument("url")
@click.option("--name", help="The outlet's name; else what its feed calls itself.")
@click.option(
    "--choose", type=click.IntRange(1), help="Take this one of the feeds, without asking."
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@json_option
@click.pass_obj
def add(
    config: Path, url: str, name: str | None, choose: int | None, dry_run: bool, as_json: bool
) -> None:
    """Find the feeds of an outlet, try one, and add it to the configuration.

    URL is the outlet's home page, or a feed. Feeds are those that the page names, then those at the
    usual paths, then news sitemaps. Each is asked once, politely; the newest article of the first
    is fetched, extracted and judged. What is added stands at the end of the file; all else in it
    stays as it is, and a running daemon takes it over. With --json nothing is asked: the first is
    taken where --choose names none.

    Example: drawdown add https://www.example.org/
    """
    settings = configuration.load(config)
    url = url if "://" in url else f"https://{url}"
    choose = 1 if as_json and choose is None else choose
    found, chosen, trial = eventloop.run(_look(settings, url, choose, as_json))
    outlet = _outlet(chosen, trial, name)
    if not as_json:
        click.echo(f"\n{plain(writing.with_outlets('', [outlet]).strip())}\n")
    if dry_run:
        configuration.parse(writing.with_outlets(config.read_text("utf-8"), [outlet]), config)
    if as_json:
        if not dry_run:
            writing.append_outlets(config, [outlet])
        print_json(_record(found, trial, outlet, written=not dry_run))
        return
    if dry_run:
        return
    if choose is None:
        click.confirm(f"Add this to {config}?", default=True, abort=True)
    writing.append_outlets(config, [outlet])
    click.echo(f"added to {config}")


async def _look(
    settings: configuration.Config, url: str, choose: int | None, as_json: bool
) -> tuple[Sequence[Candidate], Candidate, Trial | None]:
    async with Scout.open(settings) as scout:
        found = await scout.find(url)
        for refused in scout.refused:
            click.echo(f"no feed: {plain(refused)}", err=True)
        if not found:
            raise FeedUnreadable(
                f"no feed, no news sitemap found for {url}; add a listing page by hand: page = "
                '"URL" with selectors.links (docs/sources.md)'
            )
        if not as_json:
            _print(found)
        chosen = _choice(found, choose)
        trial = await scout.try_article(chosen.entries)
        if not as_json:
            _print_trial(trial)
        return found, chosen, trial


def _record(
    found: Sequence[Candidate], trial: Trial | None, outlet: dict[str, object], *, written: bool
) -> dict[str, object]:
    """Return what was found, tried and written, for machines."""
    feeds = [
        {"url": c.url, "kind": c.kind, "title": c.title, "found_by": c.found_by,
         "entries": len(c.entries), "newest": c.newest, "gap_seconds": c.gap_seconds}
        for c in found
    ]  # fmt: skip
    return {"found": feeds, "trial": trial, "outlet": outlet, "written": written}


def _print(found: Sequence[Candidate]) -> None:
    print_table(
        "Found",
        ("", "Address", "Title", "Found by", "Entries", "On topic", "Newest", "One every"),
        (
            (place, c.url, c.title, c.found_by, len(c.entries),
             sum(entry.is_promising for entry in c.entries), c.newest, span(c.gap_seconds))
            for place, c in enumerate(found, 1)
        ),
    )  # fmt: skip


def _choice(found: Sequence[Candidate], choose: int | None) -> Candidate:
    if choose is not None and choose > len(found):
        raise click.UsageError(f"--choose {choose}: only {len(found)} were found")
    if choose is None and len(found) > 1:
        choose = click.prompt("Which one", type=click.IntRange(1, len(found)), default=1)
    return found[(choose or 1) - 1]


def _print_trial(trial: Trial | None) -> None:
    """Show one article as it would be stored."""
    if trial is None:
        click.echo("It has no entries now: nothing to try.")
        return
    article = trial.reading.article if trial.reading else None
    click.echo(f"Tried {plain(trial.url)}:")
    if article is not None:
        click.echo(f"  {plain(article.headline)}")
    click.echo(f"  {plain(trial.told)}")
    if article is not None and article.body:
        click.echo(f"  {plain(article.body[0][:200])}")


def _outlet(chosen: Candidate, trial: Trial | None, name: str | None) -> dict[str, object]:
    """Return the table of an outlet, as far as it is known."""
    article = trial.reading.article if trial and trial.reading else None
    site = article.site_name if article else None
    outlet: dict[str, object] = {
        "name": name or site or chosen.title or urls.host_of(chosen.url),
        "sitemap" if chosen.kind is SourceKind.SITEMAP else "feed": chosen.url,
        "homepage": f"{urls.origin_of(trial.url if trial else chosen.url)}/",
    }
    if article and article.language:
        outlet["language"] = article.language
    return outlet
