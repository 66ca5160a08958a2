"""What an outlet's other pages are worth to the extractor: body F1 without and with them.

    python -m bench.siblings FOLDER [--least 2]

FOLDER holds labelled pages (truth.jsonl with id, url, body, dataset and file). Each page of an
outlet with several is read alone, then with the profile learned from all its others.
"""

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any
from urllib.parse import urlsplit

from crawler.extract.article import Extraction, read_page
from crawler.extract.profile import learn
from crawler.extract.site import sample
from storage.records.article import SiteProfile

_Row = dict[str, Any]  # Any: a line of JSON


def groups(folder: Path, least: int) -> list[list[tuple[_Row, bytes]]]:
    """Return the labelled pages of each outlet that has several."""
    by_outlet: dict[str, list[tuple[_Row, bytes]]] = defaultdict(list)
    for line in (folder / "truth.jsonl").read_text("utf-8").split("\n"):
        row: _Row = json.loads(line) if line else {}
        host = urlsplit(row.get("url") or "").hostname
        if host and row.get("body"):
            page = gzip.decompress((folder / row["file"]).read_bytes())
            by_outlet[host.removeprefix("www.")].append((row, page))
    return [pages for pages in by_outlet.values() if len(pages) >= least]


def measure(pages: list[tuple[_Row, bytes]]) -> list[tuple[float, float]]:
    """Return the F1 of each page of an outlet, alone and with its siblings."""
    alone = [read_page(page, url=row["url"]) for row, page in pages]
    pairs = []
    for place, (row, page) in enumerate(pages):
        profile = _taught(alone[:place] + alone[place + 1 :])
        known = read_page(page, url=row["url"], site=profile)
        pairs.append((_f1(row["body"], alone[place]), _f1(row["body"], known)))
    return pairs


def _taught(siblings: list[Extraction]) -> SiteProfile:
    profile = SiteProfile()
    for extraction in siblings:
        body = extraction.body
        seen = sample(profile, body.container, body.layout.blocks)
        profile = learn(profile, seen) if seen is not None else profile
    return profile


def _f1(truth: str, extraction: Extraction) -> float:
    expected, found = _shingles(truth), _shingles("\n".join(extraction.article.body))
    shared = sum((expected & found).values())
    return 2 * shared / max(sum(expected.values()) + sum(found.values()), 1)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(len(words) - 3, 1)))


def main() -> None:
    """Print the mean F1 without and with siblings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--least", type=int, default=2, help="pages an outlet must have")
    arguments = parser.parse_args()
    outlets = groups(arguments.folder, arguments.least)
    pairs = [pair for pages in outlets for pair in measure(pages)]
    alone, known = (fmean(pair[side] for pair in pairs) for side in (0, 1))
    changed = sum(before != after for before, after in pairs)
    print(f"{len(outlets)} outlets, {len(pairs)} pages, {changed} read otherwise with siblings")
    print(f"F1 {alone:.4f} alone, {known:.4f} with them")


if __name__ == "__main__":
    main()
