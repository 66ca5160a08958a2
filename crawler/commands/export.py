"""The command `drawdown export`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any, BinaryIO

import click
import msgspec
from rich.console import Console
from rich.progress import track

from crawler.commands.arguments import Chosen, Moment, as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.search import explained
from crawler.text.counting import counted
from storage import export as exports
from storage.archive.places import folder_for
from storage.articles.corpus import Wanted
from storage.export.manifest import Manifest
from storage.export.request import SCHEMA, ExportRequest, Watch
from storage.export.tables import FORMS, TABLES
from storage.export.withholding import Withheld
from storage.monitoring.gaps import gaps as find_gaps
from storage.search import find
from storage.sqlite import corpus_view
from storage.sqlite.atomic import whole
from storage.sqlite.database import open_corpus
from storage.sqlite.values import public, to_json

_DEFAULT_FORM = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the command, as click hands them over."""

    query: tuple[str, ...]
    form: str | None
    compress: str | None
    out: Path | None
    profile: str
    relevant: bool
    unique: bool
    revisions: bool
    as_of: datetime | None
    since: datetime | None
    gaps: bool
    schema: int
    table: str | None
    as_json: bool


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "--format",
    "form",
    type=Chosen(list(exports.FORMATS)),
    help="By default what the ending of FILE means (articles.csv.gz), else jsonl.",
)
@click.option(
    "--table",
    type=Chosen(list(TABLES)),
    help="In place of articles: one row a claim or a statement (csv, jsonl, parquet).",
)
@click.option("--compress", type=Chosen(exports.COMPRESSIONS))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write to this file, with a manifest next to it; else to standard output.",
)
@click.option(
    "--profile",
    type=Chosen(["full", "metadata"]),
    default="full",
    help="metadata leaves out the texts, and keeps every other field.",
)
@click.option("--relevant", is_flag=True, help="Only articles on topic.")
@click.option("--unique", is_flag=True, help="Skip copies of earlier articles.")
@click.option("--revisions", is_flag=True, help="Write a row for each revision of an article.")
@click.option(
    "--schema",
    type=click.IntRange(1, SCHEMA),
    default=SCHEMA,
    show_default=True,
    help="1 writes the fields of version 0.1 (jsonl, csv), for programs that read them.",
)
@as_of_option
@click.option(
    "--since",
    type=Moment(),
    help="Only what became known later: the cursor of an earlier manifest.",
)
@click.option("--gaps", is_flag=True, help="Also write coverage gaps to FILE.gaps.jsonl.")
@json_option
@click.pass_obj
def export(config: Path, /, **options: Any) -> None:
    """Export the corpus, or the results of a query (`drawdown search --help`), streamed by id.

    Fields are defined in docs/corpus.md. A file gets its name only when it is complete;
    FILE.manifest.json describes its content and has the cursor for --since. The same call with the
    same --as-of gives the same bytes. CSV is safe to open in a spreadsheet. With --json the
    manifest is printed, too.

    html and pdf are evidence bundles for people: texts with marked evidence, citations, rights,
    copies and provenance in one file (docs/how-to/evidence-bundle.md).

    Example: drawdown export lang:ar --format csv --relevant --unique --out syria.csv
    """
    asked = _with_format(Options(**options))
    _refuse_without_file(asked)
    _refuse_metadata(asked)
    _refuse_form_of_table(asked)
    loaded = read_config(config)
    store = loaded.store
    with explained(" ".join(asked.query), loaded.saved) as query:
        asked = replace(asked, query=(query,))
    withheld = Withheld(tuple(loaded.rights.honour), asked.profile == "metadata")
    with open_corpus(store) as connection:
        manifest = _export(connection, asked, withheld, folder_for(store))
        if asked.out is not None and asked.gaps:
            _write_gaps(
                asked.out,
                connection,
                asked.as_of or datetime.now(UTC),
            )
    if asked.out is not None:
        _write_manifest(asked.out, manifest)

    if asked.as_json:
        print_json(manifest)
        return
    where = f" to {plain(asked.out)}" if asked.out else ""
    unit = manifest.unit
    say(f"{_counted(manifest.rows, unit)} exported{where}", err=True)
    if manifest.without_page:
        others = counted(manifest.without_page, "more article")
        verb = "has" if manifest.without_page == 1 else "have"
        say(f"{others} {verb} no archived page", err=True)


def _with_format(asked: Options) -> Options:
    """Return the options with the format and the compression that the file is named for.

    A file whose ending says another thing than --format or --compress would be opened as what it
    is not: that is refused.
    """
    form, compress = (None, None) if asked.out is None else exports.named_by(asked.out)
    if asked.form and form and asked.form != form:
        raise click.UsageError(
            f"--format {asked.form} contradicts the ending of {plain(asked.out)} ({form})"
        )
    if asked.compress and compress and asked.compress != compress:
        raise click.UsageError(
            f"--compress {asked.compress} contradicts the ending of {plain(asked.out)} ({compress})"
        )
    if asked.out is not None and asked.out.suffix and not (asked.form or form or compress):
        raise click.UsageError(
            f"the ending of {plain(asked.out)} means no format: write --format, "
            f"one of {', '.join(exports.FORMATS)}"
        )
    return replace(
        asked,
        form=asked.form or form or _DEFAULT_FORM,
        compress=asked.compress or compress,
    )


def _counted(number: int, unit: str) -> str:
    """Return a number with its unit, of which the table of formats has the plural."""
    return counted(number, unit.removesuffix("s"), unit)


def _refuse_metadata(asked: Options) -> None:
    """Refuse the metadata alone of what is nothing but text."""
    if asked.profile == "metadata" and (asked.form == "warc" or asked.table is not None):
        what = "pages" if asked.form == "warc" else asked.table
        raise click.UsageError(f"--profile metadata has no {what}: they are texts")


def _refuse_without_file(asked: Options) -> None:
    if asked.out is not None:
        return
    if asked.gaps:
        raise click.UsageError("--gaps needs --out: the gaps are written to a file next to it")
    if asked.as_json:
        raise click.UsageError("--json needs --out: standard output has the articles")


def _refuse_form_of_table(asked: Options) -> None:
    if asked.table is not None and asked.form not in FORMS:
        raise click.UsageError(
            f"--table {asked.table} is written as {', '.join(FORMS)}, not as {asked.form}"
        )
    if asked.table is not None and asked.revisions:
        raise click.UsageError(f"--table {asked.table} has the newest texts: leave --revisions out")


def _export(
    connection: Connection,
    asked: Options,
    withheld: Withheld,
    folder: Path,
) -> Manifest:
    query = " ".join(asked.query) or None
    settled = corpus_view.settled(connection)
    as_of = min(filter(None, (asked.as_of, settled)), default=None)
    ids = _find(connection, query, as_of, asked.as_of)
    wanted = Wanted(
        relevant=asked.relevant or None,
        unique=asked.unique,
        ids=ids,
        as_of=as_of,
        since=asked.since,
        revisions=asked.revisions,
    )
    request = ExportRequest(
        form=asked.form or _DEFAULT_FORM,
        wanted=wanted,
        query=query,
        compression=asked.compress,
        schema=asked.schema,
        table=asked.table,
        file=asked.out.name if asked.out else "",
        withheld=withheld,
    )
    watch = _progress(connection, ids)
    with _destination(asked.out) as stream:
        return exports.write(
            connection,
            stream,
            request,
            folder=folder,
            watch=watch,
        )


def _find(
    connection: Connection,
    query: str | None,
    as_of: datetime | None,
    now: datetime | None,
) -> list[int] | None:
    """Return the ids of the articles that match a query; None if there is no query.

    Relative dates count from `now`; without --as-of from this moment, and not from the newest row.
    """
    if query is None:
        return None
    with explained(query) as checked:
        return find.ids(
            connection,
            checked,
            as_of=as_of,
            now=now or datetime.now(UTC),
        )


def _progress(connection: Connection, ids: list[int] | None) -> Watch:
    """Return a function that shows a progress bar in a terminal; without ids, of all articles."""
    if not sys.stderr.isatty():
        return iter
    total = connection.execute("SELECT count(*) FROM article").fetchone()[0]
    expected = total if ids is None else len(ids)
    console = Console(stderr=True)
    return lambda rows: track(rows, "exporting", expected, console=console, transient=True)


def _write_manifest(out: Path, manifest: Manifest) -> None:
    with _destination(out.with_name(f"{out.name}.manifest.json")) as stream:
        stream.write(msgspec.json.format(to_json(public(manifest)), indent=2).encode() + b"\n")


def _write_gaps(out: Path, connection: Connection, until: datetime) -> None:
    """Write the coverage gaps up to a time: a count over time needs them."""
    with _destination(out.with_name(f"{out.name}.gaps.jsonl")) as stream:
        for gap in find_gaps(connection, until):
            stream.write(to_json(public(gap)).encode() + b"\n")


@contextmanager
def _destination(out: Path | None) -> Iterator[BinaryIO]:
    """Yield standard output, or a file that gets its name when everything is written."""
    if out is None:
        yield sys.stdout.buffer
        return
    with whole(out) as partial, partial.open("xb") as stream:
        yield stream
