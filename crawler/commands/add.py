"""The command `drawdown add`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from crawler import config as configuration
from crawler import urls
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.names import find_name
from crawler.commands.render.prose import say
from crawler.commands.render.text import moment, plain, span
from crawler.config import Config, writing
from crawler.config.outlet import source_at
from crawler.errors import ConfigError, FeedUnreadable
from crawler.runtime import eventloop
from crawler.scouting.candidates import GIVEN, Candidate, Scout, Trial
from crawler.text.counting import counted
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
    _refuse_known(settings, given, name)
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
    say(f"added to {plain(config)}")


def _given(url: str) -> Source:
    """Return the operator's address as a source: user and password in it are used there alone."""
    if "://" not in url:
        url = f"https://{url}"
    try:
        return source_at(url)
    except ValueError as error:
        raise click.UsageError(f"URL: {error}") from None


def _refuse_known(settings: Config, given: Source, name: str | None) -> None:
    """Refuse a name or an address that the file has, before anything is fetched."""
    by_url = _owners(settings)
    if name is not None and (taken := find_name(name, (one.name for one in settings.source))):
        raise ConfigError([f'{settings.file}: source "{taken}": this name is taken'])
    if owner := by_url.get(given.url):
        raise ConfigError([f'{settings.file}: {given.url} already belongs to "{owner}"'])


def _owners(settings: Config) -> dict[str, str]:
    """Return the outlet of each address of the file, also of outlets that are not enabled."""
    owners = {}
    for outlet in settings.source:
        for source in outlet.model_copy(update={"enabled": True}).sources():
            owners[source.url] = outlet.name
    return owners


def _new_ones(settings: Config, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that the file lacks. Raises ConfigError if it has them all."""
    by_url = _owners(settings)
    new = []
    owners: dict[str, None] = {}
    for candidate in found:
        owner = by_url.get(candidate.url)
        if owner is None:
            new.append(candidate)
            continue
        owners[owner] = None
        say(f'{plain(candidate.url)} already belongs to "{plain(owner)}"', err=True)
    if not new:
        names = ", ".join(f'"{owner}"' for owner in owners)
        raise ConfigError([f"{settings.file}: every feed that was found is there already: {names}"])
    return new


def _address(chosen: Candidate, given: Source, url: str) -> dict[str, object]:
    """Return the address that is written with its user and password; it is shown without them."""
    if given.credentials is None:
        return {}
    if chosen.found_by == GIVEN:
        say("user and password of the address are written with it", err=True)
        return {"feed": url}
    say("user and password are left out: the chosen feed has another address", err=True)
    return {}


async def _try_feed(
    settings: configuration.Config, given: Source, choose: int | None, as_json: bool
) -> tuple[Sequence[Candidate], Candidate, Trial | None]:
    async with Scout.open(settings) as scout:
        found = await scout.find(given.url, given)
        for reason, addresses in scout.refused.items():
            where = ", ".join(addresses)
            say(f"no feed: {plain(reason)}: {plain(where)}", hanging=2, err=True)
        if not found:
            raise FeedUnreadable(
                f"no feed, no sitemap found for {given.url}; add a listing page by hand: "
                'page = "URL" with selectors.links (docs/sources.md)'
            )
        found = _new_ones(settings, found)
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
    for place, candidate in enumerate(found, 1):
        say(f"{place:>2}  {plain(candidate.url)}", hanging=4)
        say(plain(", ".join(filter(None, _facts(candidate)))), indent=4)


def _facts(candidate: Candidate) -> Iterator[str | None]:
    """Yield what is known of a feed."""
    promising = sum(entry.is_promising for entry in candidate.entries)
    rhythm = span(candidate.gap_seconds)
    yield candidate.title
    yield f"found by: {candidate.found_by}"
    yield counted(len(candidate.entries), "entry", "entries")
    yield f"{promising} on topic by the headline"
    yield f"newest {moment(candidate.newest)}" if candidate.newest else None
    yield f"one every {rhythm}" if rhythm else None


def _choice(found: Sequence[Candidate], choose: int | None) -> Candidate:
    """Return the chosen candidate; ask for one if there are several and none is chosen."""
    if choose is None and len(found) == 1:
        return found[0]
    if choose is not None and choose > len(found):
        feeds = counted(len(found), "feed")
        raise click.UsageError(f"--choose {choose}: only {feeds} can be added")
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
        say("The feed has no entries now: nothing to try.")
        return
    say(f"Tried {plain(trial.url)}:")
    article = _article_of(trial)
    if article is not None:
        say(plain(article.headline), indent=2)
    say(plain(trial.summary), indent=2)
    if article is not None and article.body:
        say(_beginning(article.body[0]), indent=2)


def _beginning(text: str) -> str:
    """Return the first words of a text."""
    if len(text) <= _SHOWN_CHARACTERS:
        return plain(text)
    whole_words, _, _ = text[:_SHOWN_CHARACTERS].rpartition(" ")
    return f"{plain(whole_words or text[:_SHOWN_CHARACTERS])} …"


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
