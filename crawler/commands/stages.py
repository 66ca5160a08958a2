"""Each stage as a command on files: fetch, extract, judge, duplicates. JSON lines in and out."""

import gzip
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

from crawler import config as configuration
from crawler.commands.render.console import json_option, plain, print_json
from crawler.runtime import eventloop
from crawler.scouting.session import fetch_all, read_pages
from crawler.scouting.texts import Texts
from crawler.topic import rules
from crawler.topic.language import identify


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@json_option
@click.pass_obj
def fetch(config: Path, urls: tuple[str, ...], as_json: bool) -> None:
    """Fetch addresses politely, once each, and tell how it went; nothing is stored.

    Example: drawdown fetch --json https://www.example.org/feed
    """
    failed = eventloop.run(_print_fetched(configuration.load(config), urls, as_json))
    raise click.exceptions.Exit(1 if failed else 0)


async def _print_fetched(
    config: configuration.Config, urls: tuple[str, ...], as_json: bool
) -> bool:
    failed = False
    async for result in fetch_all(config, urls):
        failed = failed or "error" in result
        if as_json:
            print_json(result)
        else:
            took = result.get("phases", {}).get("total")
            size = result.get("size")
            click.echo(
                f"{result['outcome']:>16}  {result.get('status') or '-'}  "
                + (f"{took:.0f} ms  {size} bytes  " if took is not None else "")
                + plain(result.get("final_url") or result["url"])
                + (f"  {plain(result['error'])}" if "error" in result else "")
            )
    return failed


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--url", help="The address that a file was fetched from.")
@click.option("--explain", is_flag=True, help="Show each block, taken or not, with its signal.")
@json_option
@click.pass_obj
def extract(
    config: Path, inputs: tuple[str, ...], url: str | None, explain: bool, as_json: bool
) -> None:
    """Extract the article from pages on disk (also gzipped) or on the web.

    Example: drawdown extract --explain --url https://www.example.org/a page.html
    """
    failed = eventloop.run(_print_extracted(config, inputs, url, explain, as_json))
    raise click.exceptions.Exit(1 if failed else 0)


async def _print_extracted(
    config: Path, inputs: tuple[str, ...], url: str | None, explain: bool, as_json: bool
) -> bool:
    failed = False
    async for result in read_pages(config, inputs, url, explain=explain):
        failed = failed or "error" in result
        if as_json:
            print_json(result)
            continue
        if "error" in result:
            click.echo(f"{result['input']}: {plain(result['error'])}", err=True)
        else:
            click.secho(plain(result["headline"]), bold=True)
            click.echo(f"{plain(', '.join(result['byline']))} {plain(result['published'])}\n")
        if explain:
            _print_signals(result)
        elif "body" in result:
            click.echo("\n\n".join(plain(p) for p in result["body"]) + "\n")
    return failed


def _print_signals(result: dict[str, Any]) -> None:
    """Show where each field came from, and each block with what decided."""
    for field, origin in result.get("origins", {}).items():
        click.echo(f"  {field:>14}: {plain(origin)}")
    for block in result["blocks"]:
        mark = "+" if block["is_taken"] else "-"
        click.secho(f"{mark} {plain(block['signal'])}", bold=block["is_taken"], nl=False)
        click.echo(f"  <{plain(block['place'])[:60]}>  {plain(block['text'])[:100]}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE.jsonl")
@click.option("--topic", type=click.Path(path_type=Path), help="A topic file of your own.")
@json_option
def judge(file: Path, topic: Path | None, as_json: bool) -> None:
    """Judge texts: lines {id, title, text, lang?} to {id, relevant, score, evidence}.

    Example: drawdown judge --json articles.jsonl
    """
    compiled = rules.load(topic)
    failed = False
    for number, row in _rows(file):
        if "error" not in row:
            row = _judged(row, compiled)
        failed = failed or "error" in row
        _print_row(row, number, as_json)
    raise click.exceptions.Exit(1 if failed else 0)


def _judged(row: dict[str, Any], topic: rules.Topic) -> dict[str, Any]:
    """Any: the row's `id` may be of whatever type."""
    body = _paragraphs(row["text"])
    language = row.get("lang") or identify(" ".join((row["title"], *body)))
    verdict = rules.judge(topic, headline=row["title"], body=body, language=language)
    return {
        "id": row.get("id"),
        "relevant": verdict.relevant,
        "score": verdict.score,
        "evidence": msgspec.to_builtins(verdict.evidence),
        "language": language,
        "topic_version": verdict.topic_version,
    }


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE.jsonl")
@json_option
def duplicates(file: Path, as_json: bool) -> None:
    """Find copies: lines {id, title, text, …} to {id, duplicate_of, kind, …}.

    A line may have `url`, `source` (else the host is the outlet) and `published` too. Each text is
    compared with all before it, through a store that is thrown away.

    Example: drawdown duplicates --json articles.jsonl
    """
    failed = eventloop.run(_print_duplicates(file, as_json))
    raise click.exceptions.Exit(1 if failed else 0)


async def _print_duplicates(file: Path, as_json: bool) -> bool:
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        async with Texts.open(Path(folder) / "texts.db") as texts:
            for number, row in _rows(file):
                if "error" not in row:
                    row = await texts.add(row, _paragraphs(row["text"]))
                failed = failed or "error" in row
                _print_row(row, number, as_json)
    return failed


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a JSONL file as they come; a bad line is a row with an error.

    Any: other keys than the texts are handed through.
    """
    with _opened(file) as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, _row(number, line)


def _opened(file: Path) -> AbstractContextManager[TextIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin)
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", errors="replace")
    return file.open(encoding="utf-8", errors="replace")


def _row(number: int, line: str) -> dict[str, Any]:
    try:
        row = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        return {"line": number, "error": f"not JSON: {error}"}
    if not isinstance(row, dict):
        return {"line": number, "error": "not an object"}
    row = {**row, "title": row.get("title") or "", "text": row.get("text") or ""}
    row.setdefault("id", number)
    if not isinstance(row["title"], str) or not isinstance(row["text"], str):
        return {"line": number, "id": row["id"], "error": "title and text have to be strings"}
    for name in ("url", "source"):
        if not isinstance(row.get(name), str | None):
            return {"line": number, "id": row["id"], "error": f"{name} has to be a string"}
    return row


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("\n") if part.strip())


def _print_row(row: dict[str, Any], number: int, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    facts = "  ".join(
        f"{key}={plain(value)}"
        for key, value in row.items()
        if key not in {"id", "evidence"} and value is not None
    )
    click.echo(f"{plain(row.get('id', f'line {number}'))}: {facts}")
