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
@click.option("--name", help="The outlet's name; default: the title of its feed.")
@click.option(
    "--choose", type=click.IntRange(1), help="Choose this one of the feeds, without asking."
)
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@json_option
@click.pass_obj
def add(
    config: Path, url: str, name: str | None, choose: int | None, dry_run: bool, as_json: bool
) -> None:
    """Find the feeds of an outlet, try one, and add it to the configuration.

    URL is the outlet's home page, or a feed. Candidates are the feeds that the page names, then
    those at the usual paths, then news sitemaps. Each is fetched once, politely; the newest article
    of the first is fetched, extracted and judged. The outlet is appended to the file, which
    otherwise stays as it is; a running daemon loads it. With --json there are no questions: the
    first candidate is used unless --choose names another.

    Example: drawdown add https://www.example.org/
    """
    settings = configuration.load(config)
    url = url if "://" in url else f"https://{url}"
    choose = 1 if as_json and choose is None else choose
    found, chosen, trial = eventloop.run(_try_feed(settings, url, choose, as_json))
    outlet = _outlet_table(chosen, trial, name)
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
        click.confirm(f"Add this to {plain(config)}?", default=True, abort=True)
    writing.append_outlets(config, [outlet])
    click.echo(f"added to {plain(config)}")


async def _try_feed(
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
            _print_candidates(found)
        chosen = _choice(found, choose)
        trial = await scout.try_article(chosen.entries)
        if not as_json:
            _print_trial(trial)
        return found, chosen, trial


def _record(
    found: Sequence[Candidate], trial: Trial | None, outlet: dict[str, object], *, written: bool
) -> dict[str, object]:
    """Return candidates, trial and outlet as one record."""
    feeds = [
        {"url": c.url, "kind": c.kind, "title": c.title, "found_by": c.found_by,
         "entries": len(c.entries), "newest": c.newest, "gap_seconds": c.gap_seconds}
        for c in found
    ]  # fmt: skip
    return {"found": feeds, "trial": trial, "outlet": outlet, "written": written}


def _print_candidates(found: Sequence[Candidate]) -> None:
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
    """Print one article as it would be stored."""
    if trial is None:
        click.echo("The feed has no entries now: nothing to try.")
        return
    article = trial.reading.article if trial.reading else None
    click.echo(f"Tried {plain(trial.url)}:")
    if article is not None:
        click.echo(f"  {plain(article.headline)}")
    click.echo(f"  {plain(trial.summary)}")
    if article is not None and article.body:
        click.echo(f"  {plain(article.body[0][:200])}")


def _outlet_table(chosen: Candidate, trial: Trial | None, name: str | None) -> dict[str, object]:
    """Return the `[[source]]` table of an outlet."""
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
