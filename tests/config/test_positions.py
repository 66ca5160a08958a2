"""The lines of keys, in files that are generated with their lines."""

from random import Random

import pytest

from crawler.config.positions import Location, Positions


class _Writer:
    """Writes a TOML file in one of its many spellings, and notes the line of each key."""

    def __init__(self, seed: int):
        self._random = Random(seed)
        self._lines: list[str] = []
        self.expected: dict[Location, int] = {}

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def header(self, brackets: str, location: Location) -> None:
        """Write `[a.b]` or `[[a.b]]`."""
        self._noise()
        names = [self._quoted(part) for part in location if isinstance(part, str)]
        spaced = self._random.choice([".", " . "]).join(names)
        comment = self._random.choice(["", "  # [not.a.table]"])
        self._lines.append(brackets.replace("NAME", f" {spaced} ") + comment)
        self.expected[location] = len(self._lines)

    def key(self, table: Location, name: str) -> None:
        """Write a key with a value on one line or several, which look like other statements."""
        self._noise()
        value = self._random.choice(_VALUES)
        first, *more = value.split("\n")
        self._lines.append(f"{self._quoted(name)} = {first}")
        self.expected[(*table, name)] = len(self._lines)
        self._lines += more

    def _quoted(self, name: str) -> str:
        return self._random.choice([name, f'"{name}"', f"'{name}'"])

    def _noise(self) -> None:
        noise = ["", "   ", "# delay = 1", "\t# [[source]]"]
        self._lines += self._random.choices(noise, k=self._random.randrange(3))


_VALUES = [
    '"text"',
    "'# no comment'",
    "12  # store = 3",
    '{ links = "a", href = "]" }',
    '[\n  "https://outlet.example/feed",\n\n  "]",  # ]\n  "delay = 2",\n]',
    '"""\n[source]\ndelay = 5\n]\n"""',
    "'''\n[[source]]\nname = \"}\"\n'''",
    "[{ name = 'a' },\n { name = 'b', since = 2024-12-08 }]",
    '"a\u2028b\u0085c"',  # these end no line in TOML
]


def _generated(seed: int) -> _Writer:
    """Return a file with tables, arrays of tables, and tables below them."""
    writer = _Writer(seed)
    writer.header("[NAME]", ("drawdown",))
    writer.key(("drawdown",), "store")
    writer.header("[NAME]", ("drawdown", "limits"))
    writer.key(("drawdown", "limits"), "delay")
    for place in range(3):
        source = ("source", place)
        writer.header("[[NAME]]", source)
        writer.key(source, "name")
        writer.key(source, "delay")
        writer.header("[NAME]", (*source, "selectors"))
        writer.key((*source, "selectors"), "links")
        for period in range(2):
            owner = (*source, "owner", period)
            writer.header("[[NAME]]", owner)
            writer.key(owner, "name")
    writer.header("[NAME]", ("network",))
    writer.key(("network",), "delay")
    return writer


@pytest.mark.parametrize("seed", range(40))
def test_each_key_is_found_on_its_line(seed: int) -> None:
    file = _generated(seed)
    positions = Positions(file.text())
    found = {location: positions.line_of(location) for location in file.expected}
    assert found == file.expected


@pytest.mark.parametrize(
    ("text", "location", "line"),
    [
        ("\n[drawdown]\nlimits.delay = 1\n", ("drawdown", "limits", "delay"), 3),
        ("\n[drawdown]\nlimits.delay = 1\n", ("drawdown", "contact"), 2),
        ("\n[drawdown.limits]\ndelay = 1\n", ("drawdown", "contact"), 2),
        ("[a]\nb = 1\n", ("drawdown", "contact"), 1),
        ("[a]\nb = [\n1,\n2]\n", ("a", "b", 1), 2),
        ("x = 1\r\n[a]\r\nb = { c = 2 }\r\n", ("a", "b", "c"), 3),
    ],
    ids=[
        "a dotted key",
        "a missing key: the line of its table",
        "a table that only the name of another one opens",
        "a missing table: the first line",
        "an entry of a list: the line of the list",
        "an inline table, with the line ends of Windows",
    ],
)
def test_other_spellings(text: str, location: Location, line: int) -> None:
    assert Positions(text).line_of(location) == line
