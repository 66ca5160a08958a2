"""Compare what two checkouts make of the same pages and texts, record by record.

    python -m bench.same OTHER_CHECKOUT DATA [--most N] [--show N]

OTHER_CHECKOUT is a second checkout of the project (`git worktree add`). DATA is a folder with
`extraction/truth.jsonl` (id, url, file: a page under gzip), `topic/*.jsonl` (id, title, text) and
`dedupe/docs.jsonl.gz` (id, source, date, title, text); what is missing is left out. Both checkouts
run their own code under this Python: `crawler.extract.extract` over the pages, the stage commands
`judge` and `duplicates` over the texts. A record counts as equal only where its JSON is the same
byte for byte. Exit code 1 where any record differs.
"""

import argparse
import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parents[1]
_COMMAND = "from crawler.cli import main; main()"
# A checkout from before the rooms had faces has `extract` in its file alone.
_EXTRACT = """
import gzip, json, sys
import msgspec
try:
    from crawler.extract import extract
except ImportError:
    from crawler.extract.article import extract
for line in sys.stdin:
    page, url = json.loads(line)
    with gzip.open(page) as file:
        article = msgspec.to_builtins(extract(file.read(), url=url))
    if article is not None:
        del article["extractor_version"]  # another version is no other result
    print(msgspec.json.encode(article).decode())
"""
Records = dict[str, str]  # name of a record to its JSON


def run(checkout: Path, code: str, *arguments: str, stdin: str = "") -> Iterator[str]:
    """Run code with the packages of a checkout; yield its output's lines."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=checkout,
        input=stdin,
        env={**os.environ, "PYTHONPATH": str(checkout), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        sys.exit(f"{checkout}: {' '.join(arguments)} gave nothing: {done.stderr[-500:]}")
    yield from done.stdout.splitlines()


def pages(checkout: Path, data: Path, most: int | None) -> Records:
    """Extract every page, with its own address."""
    with (data / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: str(row["id"]))[:most]
    asked = [json.dumps([str(data / row["file"]), row["url"]]) for row in rows]
    answers = run(checkout, _EXTRACT, stdin="\n".join(asked))
    return {row["id"]: line for row, line in zip(rows, answers, strict=True)}


def texts(checkout: Path, command: str, files: list[Path], most: int | None) -> Records:
    """Judge every text, or compare each with all before it."""
    found: Records = {}
    for file in files:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as rows:
            opener = gzip.open if file.suffix == ".gz" else open
            with opener(file, "rt", encoding="utf-8") as lines:
                rows.writelines(map(_row, itertools.islice(lines, most)))
            rows.flush()
            for number, line in enumerate(run(checkout, _COMMAND, command, "--json", rows.name)):
                found[f"{file.name} {number}"] = line
    return found


def _row(line: str) -> str:
    """Name the time of publication as the commands do."""
    row = json.loads(line)
    return json.dumps({**row, "published": row.get("date")}, ensure_ascii=False) + "\n"


def compare(name: str, ours: Records, other: Records, show: int) -> bool:
    """Print how many records agree, and the first that do not."""
    differing = [key for key in sorted({*ours, *other}) if ours.get(key) != other.get(key)]
    print(f"{name:12} {len(ours):6} records, {len(differing)} differ")
    for key in differing[:show]:
        print(f"  {key}\n    here  {ours.get(key)}\n    there {other.get(key)}")
    return not differing


def main() -> None:
    """Compare, and say how it ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("other", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, help="records of each kind")
    parser.add_argument("--show", type=int, default=3, help="differing records that are printed")
    given = parser.parse_args()
    other, data = given.other.resolve(), given.data.resolve()
    equal = []
    for name, command, files in (
        ("verdicts", "judge", sorted((data / "topic").glob("*.jsonl"))),
        ("relations", "duplicates", sorted((data / "dedupe").glob("docs.jsonl*"))),
    ):
        ours, theirs = (texts(place, command, files, given.most) for place in (HERE, other))
        equal.append(compare(name, ours, theirs, given.show))
    if (data / "extraction" / "truth.jsonl").exists():
        ours, theirs = (pages(place, data / "extraction", given.most) for place in (HERE, other))
        equal.append(compare("pages", ours, theirs, given.show))
    sys.exit(0 if all(equal) else 1)


if __name__ == "__main__":
    main()
