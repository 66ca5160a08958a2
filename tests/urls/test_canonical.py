from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import urls
from crawler.urls.address import MAX_URL
from tests.conftest import read_rows

SAME = [
    ("https://example.org/a", "http://www.example.org:80/a/?utm_source=rss#top"),
    ("https://example.org/a", "https://m.example.org/a?fbclid=x1"),
    ("https://example.org/a", "https://example.org/amp/a"),
    ("https://example.org/a", "https://example-org.cdn.ampproject.org/c/s/example.org/a"),
    ("https://example.org/a?id=5", "https://example.org/a?utm_medium=x&id=5"),
    ("https://example.org/a", "https://www.google.com/url?q=https://example.org/a&sa=D"),
    ("https://example.org/a%2Fb", "https://example.org/a%2fb"),
    ("https://example.org/a~b", "https://example.org/a%7eb"),
    ("https://example.org", "https://example.org/index.html"),
    ("https://xn--mnchen-3ya.example/a", "https://MÜNCHEN.example/a"),
    ("https://example.org/a", "https://example.org/a;jsessionid=0A1B"),
    ("https://example.org/a", "https://example.org/a#/"),
    ("https://example.org/a", "https://example.org/a?m=1&source=telegram"),
    ("https://example.org/a-long-slug", "https://example.org/a-long-slug?cid=4711"),
    ("https://example.org/live", "https://example.org/live?page=with:block-5afe"),
    ("https://nytimes.com/a", "https://www.nytimes.com/a?gwh=6DF1&_r=0"),
    ("https://example.org/a%5B1", "https://example.org/a[1"),
]
DIFFERENT = [
    ("https://example.org/?p=1", "https://example.org/?p=2"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/ar/1", "https://example.org/en/1"),
    ("https://ar.example.org/1", "https://en.example.org/1"),
    ("https://example.org/a?page=1", "https://example.org/a?page=2"),
    ("https://example.org/#!/a", "https://example.org/#!/b"),
    ("https://example.org/story?sid=1234567", "https://example.org/story?sid=7654321"),
    ("https://example.org/story.php?sid=15", "https://example.org/story.php?sid=16"),
    ("https://example.org/a?s=syria", "https://example.org/a?s=iraq"),
    ("https://example.org/a?source=afp", "https://example.org/a?source=ap"),
    ("https://example.org/a?region=1", "https://example.org/a?region=2"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_of_one_article_are_equal(one: str, other: str) -> None:
    assert urls.canonicalize(one) == urls.canonicalize(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_identifies_an_article_is_kept(one: str, other: str) -> None:
    assert urls.canonicalize(one) != urls.canonicalize(other)


@pytest.mark.parametrize(
    "url", ["", "ftp://x.org/", "javascript:alert(1)", "http://", "http://a b/"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|http"):
        urls.canonicalize(url)


def test_canonicalizing_twice_changes_nothing() -> None:
    for pair in SAME + DIFFERENT:
        for url in pair:
            canonical = urls.canonicalize(url)

            assert urls.canonicalize(canonical) == canonical


@given(st.text(max_size=60))
def test_what_can_be_resolved_can_be_canonicalized(link: str) -> None:
    for base in ("https://example.org/a/b", "https://www.google.com/url?q="):
        resolved = urls.absolute(link, base)
        if resolved is not None:
            urls.canonicalize(resolved)


@pytest.mark.parametrize(
    "link",
    ["http://http:///", "https://https//", "//https://", "http://x&amp;/", "https://http://"],
)
def test_what_cannot_be_mended_stands_for_itself(link: str) -> None:
    resolved = urls.absolute(link, "https://example.org/")

    assert resolved is None or urls.canonicalize(resolved).startswith("https://")


def test_a_redirector_with_a_broken_target_stands_for_itself() -> None:
    canonical = urls.canonicalize("https://www.google.com/url?q=http%3A%2F%2F%5Bbad")

    assert canonical.startswith("https://google.com/url?q=")


def test_normal_drops_fragment_and_user_name() -> None:
    assert urls.normal("http://me:secret@example.org/a#b") == "http://example.org/a"


def test_normal_refuses_endless_addresses() -> None:
    with pytest.raises(ValueError, match="longer"):
        urls.normal("https://example.org/" + "a" * MAX_URL)


def test_absolute_resolves_and_refuses_other_schemes() -> None:
    assert urls.absolute("/b", "https://example.org/a") == "https://example.org/b"
    assert urls.absolute("javascript:void(0)", "https://example.org/a") is None
    assert urls.absolute("data:text/html,x", "https://example.org/a") is None


def test_same_site_knows_www_and_subdomains() -> None:
    assert urls.same_site("www.example.org", "example.org")
    assert urls.same_site("news.example.org", "example.org")
    assert not urls.same_site("example.org", "example.com")
    assert not urls.same_site("notexample.org", "example.org")


def test_what_proved_to_change_nothing_on_a_host_is_dropped() -> None:
    url = "https://example.org/a?edition=uk&id=5"

    assert urls.canonicalize(url) == url
    assert urls.canonicalize(url, {"example.org": {"edition"}}) == "https://example.org/a?id=5"


def test_the_parameters_of_a_url_are_named() -> None:
    assert urls.parameters("https://example.org/a?id=5&x&x=2") == {"id": "5", "x": "&2"}


def test_quality_on_labelled_pairs_has_a_floor(shared: Path) -> None:
    same = right = wrong = 0
    for case in read_rows(shared / "data/urls/cases.jsonl"):
        equal = urls.canonicalize(case["url_a"]) == urls.canonicalize(case["url_b"])
        same += case["label"] == "same"
        right += equal and case["label"] == "same"
        wrong += equal and case["label"] == "different"

    assert right / same >= 0.98
    assert wrong == 0
