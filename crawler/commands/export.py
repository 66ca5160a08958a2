"""`drawdown export`: the corpus as files, with a manifest."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import BinaryIO

import click
import msgspec
from rich.console import Console
from rich.progress import track

from crawler import config as configuration
from crawler.commands.arguments import Moment, as_of_option, json_option
from crawler.commands.render.console import print_json
from crawler.commands.search import explained
from storage import export as exports
from storage.archive.archive import folder_for
from storage.articles.corpus import Wanted
from storage.export.lines import Watch
from storage.export.manifest import Manifest
from storage.monitoring.gaps import gaps as find_gaps
from storage.search import find
from storage.sqlite import corpus_view
from storage.sqlite.atomic import whole
from storage.sqlite.database import open_corpus
from storage.sqlite.values import to_json


@click.command()
@click.argument("query", nargs=-1)
@click.option("--format", "form", type=click.Choice(exports.FORMATS), default="jsonl",
              show_default=True)  # fmt: skip
@click.option("--compress", type=click.Choice(exports.COMPRESSIONS))
@click.option("--out", type=click.Path(path_type=Path),
              help="A file, with a manifest beside it; else standard output.")  # fmt: skip
@click.option("--relevant", is_flag=True, help="Only articles on topic.")
@click.option("--unique", is_flag=True, help="Leave out what repeats an earlier article.")
@click.option("--revisions", is_flag=True, help="A row for each revision of an article.")
@as_of_option
@click.option("--since", type=Moment(),
              help="Only what became known later: the cursor of an earlier manifest.")  # fmt: skip
@click.option("--gaps", is_flag=True, help="Also FILE.gaps.jsonl: when nobody looked, and why.")
@json_option
@click.pass_obj
def export(
    config: Path,
    query: tuple[str, ...],
    form: str,
    compress: str | None,
    out: Path | None,
    relevant: bool,
    unique: bool,
    revisions: bool,
    as_of: datetime | None,
    since: datetime | None,
    gaps: bool,
    as_json: bool,
) -> None:
    """Export the corpus, or what a query finds (`drawdown search --help`), streamed by id.

    Fields are defined in docs/corpus.md. A file appears under its name only when it is complete;
    FILE.manifest.json says what is in it and gives the cursor for --since. The same call with the
    same --as-of gives the same bytes. CSV is safe to open in a spreadsheet. With --json the
    manifest is printed, too.

    Example: drawdown export lang:ar --format csv --relevant --unique --out syria.csv
    """
    _refuse_without_file(out, gaps=gaps, as_json=as_json)
    text = " ".join(query) or None
    store = configuration.load(config).store
    with open_corpus(store) as connection:
        known = min(filter(None, (as_of, corpus_view.settled(connection))), default=None)
        ids = _found(connection, text, known)
        wanted = Wanted(
            relevant=relevant or None, unique=unique, ids=ids, as_of=known, since=since,
            revisions=revisions,
        )  # fmt: skip
        with _destination(out) as stream:
            manifest = exports.write(
                connection, stream, form=form, wanted=wanted, query=text, compression=compress,
                name=out.name if out else "", watch=_progress(connection, ids),
                folder=folder_for(store),
            )  # fmt: skip
        if out is not None and gaps:
            _write_gaps(out, connection, as_of or datetime.now(UTC))
    if out is not None:
        _write_manifest(out, manifest)
    if as_json:
        print_json(manifest)
        return
    what = "pages" if form == "warc" else "articles"
    click.echo(f"{manifest.rows} {what} exported" + (f" to {out}" if out else ""), err=True)


def _refuse_without_file(out: Path | None, *, gaps: bool, as_json: bool) -> None:
    if gaps and out is None:
        raise click.UsageError("--gaps needs --out: they stand in a file beside it")
    if as_json and out is None:
        raise click.UsageError("--json needs --out: standard output has the articles")


def _found(connection: Connection, query: str | None, known: datetime | None) -> list[int] | None:
    """Return the articles that a query finds; None where there is no query."""
    if query is None:
        return None
    with explained(query) as asked:
        return find.ids(connection, asked, as_of=known)


def _progress(connection: Connection, ids: list[int] | None) -> Watch:
    """Show how far it is, in a terminal; the estimate counts every article."""
    if not sys.stderr.isatty():
        return iter
    total = connection.execute("SELECT count(*) FROM article").fetchone()[0]
    expected = total if ids is None else len(ids)
    return lambda rows: track(
        rows, "exporting", expected, console=Console(stderr=True), transient=True
    )


def _write_manifest(out: Path, manifest: Manifest) -> None:
    with _destination(out.with_name(f"{out.name}.manifest.json")) as stream:
        stream.write(msgspec.json.format(to_json(manifest), indent=2).encode() + b"\n")


def _write_gaps(out: Path, connection: Connection, until: datetime) -> None:
    """Write the holes in what was watched until then: a count over time needs them."""
    with _destination(out.with_name(f"{out.name}.gaps.jsonl")) as stream:
        for gap in find_gaps(connection, until):
            stream.write(msgspec.json.encode(gap) + b"\n")


@contextmanager
def _destination(out: Path | None) -> Iterator[BinaryIO]:
    """Yield standard output, or a file that takes its name when all is written."""
    if out is None:
        yield sys.stdout.buffer
        return
    with whole(out) as partial, partial.open("xb") as stream:
        yield stream
