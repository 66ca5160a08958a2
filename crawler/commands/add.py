"""The command `drawdown add`."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from crawler import config as configuration
from crawler import urls
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.text import plain, span
from crawler.config import writing
from crawler.config.outlet import source_at
from crawler.errors import FeedUnreadable
from crawler.runtime import eventloop
from crawler.scouting.candidates import GIVEN, Candidate, Scout, Trial
from storage.records.article import Article
from storage.records.model import Source, SourceKind

_SHOWN_CHARACTERS = 200  # of the first paragraph


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
    given = _given(url)
    choose = 1 if as_json and choose is None else choose
    found, chosen, trial = eventloop.run(_try_feed(settings, given, choose, as_json))
    shown = _outlet_table(chosen, trial, name)
    outlet = shown | _address(chosen, given, url)
    if not as_json:
        click.echo(f"\n{plain(writing.with_outlets('', [shown]).strip())}\n")
    if dry_run:
        configuration.parse(
            writing.with_outlets(config.read_text("utf-8"), [outlet]),
            config,
        )
    if as_json:
        if not dry_run:
            writing.append_outlets(config, [outlet])
        print_json(_record(found, trial, shown, written=not dry_run))
        return
    if dry_run:
        return
    if choose is None:
        click.confirm(
            f"Add this to {plain(config)}?",
            default=True,
            abort=True,
        )
    writing.append_outlets(config, [outlet])
    click.echo(f"added to {plain(config)}")


def _given(url: str) -> Source:
    """Return the operator's address as a source: user and password in it are used there alone."""
    if "://" not in url:
        url = f"https://{url}"
    try:
        return source_at(url)
    except ValueError as error:
        raise click.UsageError(f"URL: {error}") from None


def _address(chosen: Candidate, given: Source, url: str) -> dict[str, object]:
    """Return the address that is written with its user and password; it is shown without them."""
    if given.credentials is None:
        return {}
    if chosen.found_by == GIVEN:
        click.echo("user and password of the address are written with it", err=True)
        return {"feed": url}
    click.echo("user and password are left out: the chosen feed has another address", err=True)
    return {}


async def _try_feed(
    settings: configuration.Config, given: Source, choose: int | None, as_json: bool
) -> tuple[Sequence[Candidate], Candidate, Trial | None]:
    async with Scout.open(settings) as scout:
        found = await scout.find(given.url, given)
        for refused in scout.refused:
            click.echo(f"no feed: {plain(refused)}", err=True)
        if not found:
            raise FeedUnreadable(
                f"no feed, no sitemap found for {given.url}; add a listing page by hand: "
                'page = "URL" with selectors.links (docs/sources.md)'
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
    return {
        "found": list(map(_candidate_record, found)),
        "trial": trial,
        "outlet": outlet,
        "written": written,
    }


def _candidate_record(candidate: Candidate) -> dict[str, object]:
    return {
        "url": candidate.url,
        "kind": candidate.kind,
        "title": candidate.title,
        "found_by": candidate.found_by,
        "entries": len(candidate.entries),
        "newest": candidate.newest,
        "gap_seconds": candidate.gap_seconds,
    }


def _print_candidates(found: Sequence[Candidate]) -> None:
    print_table(
        "Found",
        ("", "Address", "Title", "Found by", "Entries", "On topic", "Newest", "One every"),
        (_cells(place, candidate) for place, candidate in enumerate(found, 1)),
    )


def _cells(place: int, candidate: Candidate) -> Iterable[object]:
    return (
        place,
        candidate.url,
        candidate.title,
        candidate.found_by,
        len(candidate.entries),
        sum(entry.is_promising for entry in candidate.entries),
        candidate.newest,
        span(candidate.gap_seconds),
    )


def _choice(found: Sequence[Candidate], choose: int | None) -> Candidate:
    """Return the chosen candidate; ask for one if there are several and none is chosen."""
    if choose is None and len(found) == 1:
        return found[0]
    if choose is not None and choose > len(found):
        raise click.UsageError(f"--choose {choose}: only {len(found)} were found")
    if choose is None:
        choose = click.prompt(
            "Which one",
            type=click.IntRange(1, len(found)),
            default=1,
        )
    return found[choose - 1]


def _print_trial(trial: Trial | None) -> None:
    """Print one article as it would be stored."""
    if trial is None:
        click.echo("The feed has no entries now: nothing to try.")
        return
    click.echo(f"Tried {plain(trial.url)}:")
    article = _article_of(trial)
    if article is not None:
        click.echo(f"  {plain(article.headline)}")
    click.echo(f"  {plain(trial.summary)}")
    if article is not None and article.body:
        click.echo(f"  {plain(article.body[0][:_SHOWN_CHARACTERS])}")


def _article_of(trial: Trial | None) -> Article | None:
    if trial is None or trial.reading is None:
        return None
    return trial.reading.article


def _outlet_table(
    chosen: Candidate,
    trial: Trial | None,
    name: str | None,
) -> dict[str, object]:
    """Return the `[[source]]` table of an outlet."""
    address_key = "sitemap" if chosen.kind is SourceKind.SITEMAP else "feed"
    # A feed may be on another host than the articles: feeds.outlet.example.
    address = chosen.url if trial is None else trial.url
    outlet: dict[str, object] = {
        "name": name or chosen.title or urls.host_of(chosen.url),
        address_key: chosen.url,
        "homepage": f"{urls.origin_of(address)}/",
    }

    article = _article_of(trial)
    if article is None:
        return outlet
    if article.site_name and not name:
        outlet["name"] = article.site_name
    if article.language:
        outlet["language"] = article.language
    return outlet
