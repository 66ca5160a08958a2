"""How many documents are read in the encoding that their bytes are in.

    python -m bench.encodings            every combination of tests/support/encodings.py
    python -m bench.encodings --wrong    and what is read wrong

The label can be known where a mark, the bytes, the declaration or the header say it. Where both are
wrong it can only be guessed, and that is counted apart.
"""

import argparse
from collections import Counter

from tests.support.encodings import DOCUMENTS, combinations, is_right


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="print what is read wrong")
    options = parser.parse_args()
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for combination in combinations():
        is_read = is_right(combination)
        counts[combination.kind, combination.is_known, is_read] += 1
        if options.wrong and not is_read:
            print(combination)
    for is_known, title in ((True, "label can be known"), (False, "both labels are wrong")):
        for kind in DOCUMENTS:
            right, wrong = (counts[kind, is_known, found] for found in (True, False))
            if right + wrong:
                share = right / (right + wrong)
                print(f"{title}, {kind}: {right} of {right + wrong} right ({share:.1%})")


if __name__ == "__main__":
    main()
