"""The address to cite: as the outlet writes it, without tracking."""

import pytest

from crawler import urls


@pytest.mark.parametrize(
    ("url", "cited"),
    [
        ("https://www.heron.example/a/", "https://www.heron.example/a/"),
        (
            "https://www.heron.example/a/?utm_source=rss&utm_medium=feed",
            "https://www.heron.example/a/",
        ),
        ("https://heron.example/a?id=7&fbclid=x&b=%D8%A7", "https://heron.example/a?id=7&b=%D8%A7"),
        ("https://heron.example/A/Index.html#comments", "https://heron.example/A/Index.html"),
        ("https://heron.example/#!/a/7", "https://heron.example/#!/a/7"),
        ("https://heron.example/a?b&c=", "https://heron.example/a?b&c="),
        ("https://heron.example/a?b=2&a=1&b=1", "https://heron.example/a?b=2&a=1&b=1"),
        ("http://m.heron.example:8080/a?amp=1", "http://m.heron.example:8080/a"),
        ("nonsense", "nonsense"),
    ],
)
def test_an_address_is_cited_as_the_outlet_writes_it(url: str, cited: str) -> None:
    assert urls.citable(url) == cited
    assert urls.citable(cited) == cited


def test_what_proved_to_change_nothing_is_left_out_too() -> None:
    learned = {"heron.example": frozenset({"visit"})}

    assert urls.citable("https://www.heron.example/a?visit=9&id=7", learned) == (
        "https://www.heron.example/a?id=7"
    )
