"""Fits and measures how articles are grouped into stories, on labelled sets beside the checkout.

    python -m bench.stories fit        fit the weights on all sets, write weights.toml
    python -m bench.stories measure    leave one set out at a time, and events of the native set
    python -m bench.stories cost       milliseconds an article with 6,000 in the window

The sets are `stories.jsonl.gz` in ../shared/data/stories and ../shared/data/stories-native: lines
{id, set, lang, date, title, text, story}. Texts of others are for evaluation only.
"""

import random
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.stories import likeness
from crawler.stories.grouping import SIZE, Grouping
from crawler.stories.likeness import COLUMNS, WINDOW, Compared
from crawler.stories.report import Days, Report
from crawler.stories.terms import terms_of
from crawler.stories.vocabulary import Vocabulary
from tests.support.labelled_stories import LIMITS, Labelled, measured, read_sets

WEIGHTS = Path(likeness.__file__).parent / "weights.toml"
Floats = NDArray[np.float64]
# How much each set counts; the native articles of real events are what the program meets.
_COUNTS = {"native": 3.0, "ntrex": 0.7, "voices": 0.5, "demo": 0.5}
_PENALTY = 3e-5  # of squared weights, a pair: chosen by leaving one set out
_FOLDS = 5
_TWO_LANGUAGES = ("names", "figures", "things", "shared_names")
_ONE_LANGUAGE = ("head", "body", *_TWO_LANGUAGES)
_KINDS = ("one_language", "one_language_undated", "two_languages", "two_languages_undated")


@dataclass(slots=True)
class Pairs:
    """Pairs of the articles of a set, with the columns and kinds that likeness compares."""

    columns: Floats
    rows: NDArray[np.int64]
    same: Floats
    events: list[tuple[str, str]]


def pairs_of(articles: Sequence[Labelled]) -> Pairs:
    """Return the pairs of a set within the window, each once."""
    vocabulary = Vocabulary()
    compared = []
    for article in articles:
        vector = vocabulary.vector(terms_of(article.report))
        vocabulary.count(vector, 1)
        compared.append(Compared(vector, article.report.days))
    found, rows, same, events = [], [], [], []
    for at in range(1, len(compared)):
        columns, kinds, near = likeness.columns(vocabulary, compared[at], compared[:at])
        found.append(columns[near])
        rows.append(kinds[near])
        for other in np.flatnonzero(near).tolist():
            pair = (articles[at].event, articles[other].event)
            events.append(pair)
            same.append(float(pair[0] == pair[1]))
    return Pairs(np.vstack(found), np.concatenate(rows), np.array(same), events)


def design(columns: Floats, rows: NDArray[np.int64]) -> Floats:
    """Return what is fitted: weights of one and of two languages, and what changes undated."""
    is_two = (rows >= 2)[:, None]
    is_undated = (rows % 2 == 1)[:, None]
    one = columns[:, [COLUMNS.index(name) for name in _ONE_LANGUAGE]] * ~is_two
    two = columns[:, [COLUMNS.index(name) for name in _TWO_LANGUAGES]] * is_two
    days = columns[:, [COLUMNS.index("near"), COLUMNS.index("far")]]
    bias = columns[:, [COLUMNS.index("bias")]]
    alike = np.hstack([one, two])
    return np.hstack([alike, alike * is_undated, days, bias * is_two, bias * is_undated, bias])


def fit(sets: Iterable[tuple[str, Pairs]]) -> Floats:
    """Return the weights of each kind of pair: a logistic regression, by Newton's method."""
    parts = [(design(p.columns, p.rows), p.same, _COUNTS.get(name, 1.0)) for name, p in sets]
    wanted = np.vstack([part[0] for part in parts])
    same = np.concatenate([part[1] for part in parts])
    mass = np.concatenate([np.full(len(s), 1e4 * count / len(s)) for _, s, count in parts])
    penalty = np.eye(wanted.shape[1]) * _PENALTY * mass.sum()
    penalty[-1, -1] = 1e-6 * mass.sum()
    beta = np.zeros(wanted.shape[1])
    for _ in range(40):
        likely = 1 / (1 + np.exp(-np.clip(wanted @ beta, -30, 30)))
        slope = wanted.T @ (mass * (likely - same)) + penalty @ beta
        curve = (wanted.T * (mass * likely * (1 - likely) + 1e-9)) @ wanted + penalty
        step = np.linalg.solve(curve, slope)
        beta -= step
        if np.abs(step).max() < 1e-6:
            break
    units = np.eye(len(COLUMNS))
    by_kind = [design(units, np.full(len(COLUMNS), row)) @ beta for row in range(len(_KINDS))]
    return np.array(by_kind)


def write(by_pair: Floats, sets: dict[str, list[Labelled]]) -> None:
    """Write the weights with their date and the data that they were fitted on."""
    data = ", ".join(f"{name} {len(articles)}" for name, articles in sorted(sets.items()))
    lines = [
        "# Weights of likeness, written by `python -m bench.stories fit`. Edit only `limits`.",
        f'fitted = "{datetime.now(UTC):%Y-%m-%d}, on articles of {data}"',
        "",
        "# Log-odds from which an article joins a story, and does so without doubt.",
        "[limits]",
        *(f"{name} = {value}" for name, value in LIMITS.items()),
    ]
    for name, row in zip(_KINDS, by_pair, strict=True):
        lines += ["", f"[{name}]"]
        lines += [f"{column} = {value:.4f}" for column, value in zip(COLUMNS, row, strict=True)]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def leave_out_sets(sets: dict[str, list[Labelled]], pairs: dict[str, Pairs]) -> None:
    """Print the figures of each set with weights that were fitted on the others."""
    for name, articles in sets.items():
        others = [(other, found) for other, found in pairs.items() if other != name]
        _print(f"{name}, others fitted", measured(articles, fit(others)))


def leave_out_events(sets: dict[str, list[Labelled]], pairs: dict[str, Pairs]) -> None:
    """Print the figures of a fifth of the native events at a time, fitted without them."""
    events = sorted({article.event for article in sets["native"]})
    random.Random(0).shuffle(events)
    folds = []
    for fold in range(_FOLDS):
        held = set(events[fold::_FOLDS])
        native = pairs["native"]
        kept = np.array([not held & set(pair) for pair in native.events])
        part = Pairs(native.columns[kept], native.rows[kept], native.same[kept], [])
        fitted = fit([*((n, p) for n, p in pairs.items() if n != "native"), ("native", part)])
        folds.append(measured(sets["native"], fitted, held))
    mean = {
        key: tuple(round(statistics.mean(f[key][at] for f in folds), 3) for at in range(3))
        for key in folds[0]
    }
    _print("native, a fifth of its events at a time", mean)


def leave_out_languages(sets: dict[str, list[Labelled]], pairs: dict[str, Pairs]) -> None:
    """Print the figures of the native set, fitted on sets without its texts of one language."""
    for language in ("ar", "ru", "tr", "de"):
        articles = [a for a in sets["native"] if a.report.language != language]
        others = [(n, p) for n, p in pairs.items() if n != "native"]
        fitted = fit([*others, ("native", pairs_of(articles))])
        _print(f"native, fitted without {language}", measured(sets["native"], fitted))


def _print(name: str, figures: dict[str, Any]) -> None:
    shown = "  ".join(f"{key} {p:.3f}/{r:.3f}/{f1:.3f}" for key, (p, r, f1) in figures.items())
    print(f"{name:42} {shown}", flush=True)


def cost(sets: dict[str, list[Labelled]]) -> None:
    """Print the milliseconds an article at a full window, features included."""
    random.seed(1)
    texts = [article.report for articles in sets.values() for article in articles]
    first = date(2026, 11, 1)
    grouping = Grouping()
    times = []
    for number in range(SIZE + 500):
        one, other = random.choice(texts), random.choice(texts)
        day = Days(*[first + timedelta(number % WINDOW)] * 2)
        report = Report(one.headline, (*one.paragraphs, *other.paragraphs[:2]), one.language, day)
        began = time.process_time()
        grouping.place(number, report)
        times.append(time.process_time() - began)
    print(f"{1000 * statistics.mean(times[SIZE:]):.2f} ms of CPU an article, {SIZE} in the window")


def main() -> None:
    """Run one of the three."""
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what not in ("fit", "measure", "cost"):
        sys.exit(__doc__)
    sets = read_sets()
    if what == "cost":
        cost(sets)
        return
    pairs = {name: pairs_of(articles) for name, articles in sets.items()}
    if what == "fit":
        write(fit(pairs.items()), sets)
        return
    leave_out_events(sets, pairs)
    leave_out_sets(sets, pairs)
    leave_out_languages(sets, pairs)


if __name__ == "__main__":
    main()
