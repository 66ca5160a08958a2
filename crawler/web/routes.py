"""The table of pages: address, function, entry of the navigation."""

from collections.abc import Callable
from dataclasses import dataclass

from crawler.web.answering import Answer
from crawler.web.asking import Asked
from crawler.web.pages import (
    alerts,
    archived,
    article,
    changes,
    copies,
    coverage,
    events,
    export,
    gaps,
    movements,
    overview,
    review,
    revisions,
    search,
    source,
    sources,
)
from crawler.web.pages import help as help_page


@dataclass(frozen=True, slots=True)
class Route:
    """A page: its address in Starlette's form, its function, its entry of the navigation."""

    address: str
    page: Callable[[Asked], Answer]
    section: str = ""
    method: str = "GET"


NAVIGATION = {
    "/": "Overview",
    "/search": "Articles",
    "/changes": "Changes",
    "/movements": "Movements",
    "/sources": "Sources",
    "/gaps": "Gaps",
    "/alerts": "Alerts",
    "/review": "Review",
}

ROUTES: tuple[Route, ...] = (
    Route("/", overview.page, "/"),
    Route("/search", search.page, "/search"),
    Route("/articles/{id}", article.page, "/search"),
    Route("/articles/{id}/revisions", revisions.page, "/search"),
    Route("/articles/{id}/revisions/{number}", revisions.one, "/search"),
    Route("/articles/{id}/copies/{other}", copies.page, "/search"),
    Route("/articles/{id}/page", archived.page, "/search"),
    Route("/articles/{id}/page/raw", archived.raw),
    Route("/changes", changes.page, "/changes"),
    Route("/movements", movements.page, "/movements"),
    Route("/sources", sources.page, "/sources"),
    Route("/sources/{name:path}", source.page, "/sources"),
    Route("/gaps", gaps.page, "/gaps"),
    Route("/alerts", alerts.page, "/alerts"),
    Route("/review", review.page, "/review"),
    Route("/review/{id}", review.answer, "/review", method="POST"),
    Route("/export", export.page),
    Route("/export/manifest", export.manifest),
    Route("/coverage.csv", coverage.csv_file),
    Route("/events", events.page),
    Route("/help", help_page.page),
)


def is_served(start: str) -> bool:
    """Return whether a page has an address that begins so."""
    return any(route.address.startswith(start) for route in ROUTES)


def navigation() -> dict[str, str]:
    """Return the entries of the navigation that have a page."""
    served = {route.address for route in ROUTES}
    return {address: name for address, name in NAVIGATION.items() if address in served}
