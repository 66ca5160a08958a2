"""New numbers in the text of a topic file: its terms and comments stay as they are."""

from collections.abc import Mapping

Numbers = Mapping[str, Mapping[str, float | str]]  # by table and name


def with_numbers(
    text: str,
    numbers: Numbers,
) -> str:
    """Return a topic file with other numbers in some of its tables.

    >>> with_numbers("[weights]\\ncall = 0.33  # asked for\\n", {"weights": {"call": -0.5}})
    '[weights]\\ncall = -0.50 # asked for\\n'
    """
    table = ""
    lines = []
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("["):
            table = line.lstrip()[1:].partition("]")[0].strip()
        lines.append(_changed(line, numbers.get(table, {})))
    return "".join(lines)


def _changed(
    line: str,
    numbers: Mapping[str, float | str],
) -> str:
    name, equals, rest = line.partition("=")
    value = numbers.get(name.strip())
    if not equals or value is None:
        return line
    shown = f'"{value}"' if isinstance(value, str) else f"{value:.2f}"
    begin = f"{name}= {shown}"
    before, mark, comment = rest.partition("#")
    if isinstance(value, str) or not mark:
        return f"{begin}\n"
    # The comment stays where it was, if there is room.
    place = len(name) + 1 + len(before)
    return f"{begin:<{max(place, len(begin) + 1)}}#{comment}"
