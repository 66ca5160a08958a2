"""The site: what an outlet's articles have in common is not theirs, and a new layout is noticed."""

from crawler.extract.article import read_page
from crawler.extract.explain import report
from crawler.extract.profile import expected_place, has_changed, learn
from crawler.extract.site import sample
from storage.records.article import SiteProfile

TOPICS = ("wall", "ferry", "lighthouse", "market", "bridge", "school", "orchard", "mill", "well")
BOILERPLATE = "The Post has told the news of the islands since the first boat brought its press."


def page(topic: str, *, layout: str = "story") -> bytes:
    prose = "".join(
        f"<p>The {topic} was spoken of for the {n} time on Monday, and everybody had a view.</p>"
        for n in ("first", "second", "third", "fourth")
    )
    return (
        f'<html><body><h1>News of the {topic}</h1><div class="{layout}">{prose}'
        f'<p class="tail">{BOILERPLATE}</p></div></body></html>'
    ).encode()


def taught(*topics: str, layout: str = "story", profile: SiteProfile | None = None) -> SiteProfile:
    profile = profile or SiteProfile()
    for topic in topics:
        body = read_page(page(topic, layout=layout), url="https://a.example/x", site=profile).body
        seen = sample(profile, body.container, body.layout.blocks)
        assert seen is not None
        profile = learn(profile, seen)
    return profile


def test_a_block_of_many_articles_is_the_outlets() -> None:
    html = page("harbour")

    alone = read_page(html, url="https://a.example/x")
    known = read_page(html, url="https://a.example/x", site=taught(*TOPICS))

    signals = {block.text: block.signal for block in report(known.body)}
    assert BOILERPLATE in alone.article.body
    assert known.article.body == alone.article.body[:-1]
    assert signals[BOILERPLATE] == f"stands on {len(TOPICS)} earlier articles"


def test_one_article_that_says_the_same_proves_nothing() -> None:
    profile = taught("wall")

    known = read_page(page("harbour"), url="https://a.example/x", site=profile)

    assert BOILERPLATE in known.article.body


def test_the_place_of_the_articles_is_expected_and_a_new_one_is_noticed_once() -> None:
    profile = taught(*TOPICS[:5])
    before = expected_place(profile)
    changes = []
    for topic in TOPICS[5:]:
        profile = taught(topic, layout="redesign", profile=profile)
        changes.append(has_changed(profile))

    assert before is not None
    assert "story" in before
    assert changes == [False, False, True, False]
    assert expected_place(profile) != before


def test_a_profile_forgets_what_never_came_again() -> None:
    profile = SiteProfile()
    for number in range(60):
        body = read_page(page(f"boat {number}"), url="https://a.example/x").body
        lines = tuple(range(number * 100, number * 100 + 90))
        seen = sample(profile, body.container, body.layout.blocks)
        assert seen is not None
        profile = learn(profile, type(seen)(container=seen.container, blocks=(*lines, -1)))

    assert len(profile.blocks) <= 1500
    assert profile.blocks[-1] == 60


def test_an_article_that_is_read_again_is_not_taken_for_the_outlets_own() -> None:
    """Its lines are in the profile, since it was learned from itself."""
    profile = taught(*TOPICS)
    alone = read_page(page(TOPICS[0]), url="https://a.example/x")

    again = read_page(page(TOPICS[0]), url="https://a.example/x", site=profile)

    assert again.article.body == alone.article.body
