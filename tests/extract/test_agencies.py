import pytest

from crawler.extract.agencies import wire_of

PROSE = "The harbour was quiet on Monday, and the ferry sailed on time for once."


@pytest.mark.parametrize(
    ("found", "wire"),
    [
        ({"body": [f"BEIRUT (AP) — {PROSE}"]}, "AP"),
        ({"body": [f"MOSCOW, May 18. /TASS/. {PROSE}"]}, "TASS"),
        ({"body": [f"DAMASCUS (Reuters) - {PROSE}"]}, "Reuters"),
        ({"body": [PROSE, f"{PROSE} (AFP)"]}, "AFP"),
        ({"body": [f"دمشق (رويترز) - {PROSE}"]}, "Reuters"),
        ({"body": [f"ОДЕССА, 5 мая — РИА Новости. {PROSE}"]}, "RIA Novosti"),
        ({"body": [f"به گزارش ایسنا، {PROSE}"]}, "ISNA"),
        ({"body": [PROSE, "رويترز"]}, "Reuters"),
        ({"body": [PROSE], "credit": "المصدر: وكالة الأناضول"}, "AA"),
        ({"body": [PROSE], "credit": "dpa"}, "dpa"),
        ({"body": [PROSE], "credit": "Anadolu Agency, with our correspondent"}, "AA"),
        ({"body": [PROSE], "claimed": "https://apnews.com/article/abc"}, "AP"),
        ({"body": [PROSE], "links": ["https://www.afp.com/"]}, "AFP"),
    ],
)
def test_the_agency_of_a_text_is_named(found: dict[str, object], wire: str) -> None:
    given = {"credit": None, "claimed": None, "links": ()} | found

    assert wire_of(**given) == wire  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize(
    "found",
    [
        {"body": [PROSE]},
        {"body": [f"{PROSE} The AP said so, and Reuters too. {PROSE}"]},
        {"body": [PROSE], "credit": "The Associated Press contributed to this report."},
        {"body": [PROSE], "links": ["https://apnews.com/article/cited-in-the-text"]},
        {"body": [f"LONDON (BBC) - {PROSE}"]},
        {"body": [f"Petra, the old city, was empty. {PROSE}"]},
        {"body": []},
    ],
)
def test_an_agency_that_is_cited_or_only_contributed_is_not_its_wire(
    found: dict[str, object],
) -> None:
    given = {"credit": None, "claimed": None, "links": ()} | found

    assert wire_of(**given) is None  # type: ignore[arg-type]  # a test's shorthand
