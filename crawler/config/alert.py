"""`[[alert]]`: a query or an event, and the addresses that are notified of it."""

from typing import Annotated

from pydantic import Field, model_validator

from crawler.config.fields import Addresses, Cron, Flag, Name, Query, Section, Timezone
from storage.monitoring.alerts import Asked
from storage.monitoring.notices import OF_RESTARTS, OF_SOURCES


def hidden(address: str) -> str:
    """Return an address without the part after its scheme, which may contain a password.

    >>> hidden("mailto://user:password@mail.example"), hidden("$DESK")
    ('mailto://…', '$DESK')
    """
    scheme, found, _ = address.partition("://")
    return f"{scheme}://…" if found else address


class Alert(Section):
    """`[[alert]]`: new articles of a query, failing sources, or restarts, sent to addresses."""

    name: Name
    to: Addresses
    query: Query | None = None
    revisions: Flag = True
    spike: Annotated[float, Field(ge=1.5, le=100)] | None = None
    contradictions: Flag = False
    sources: Flag = False
    restarts: Flag = False
    digest: Cron | None = None
    timezone: Timezone = "UTC"

    @model_validator(mode="after")
    def _has_a_cause(self) -> "Alert":
        has_cause = any((self.query, self.contradictions, self.sources, self.restarts))
        if not has_cause:
            raise ValueError(
                "needs at least one of: query, contradictions = true, sources = true, "
                "restarts = true"
            )
        if self.spike and not self.query:
            raise ValueError("spike counts what a query finds: write one")
        return self

    def asked(self) -> Asked:
        """Return what this alert watches in the corpus."""
        kinds: set[str] = set()
        if self.sources:
            kinds |= OF_SOURCES
        if self.restarts:
            kinds |= OF_RESTARTS
        return Asked(
            name=self.name,
            query=self.query,
            has_revisions=self.revisions,
            spike=self.spike,
            has_contradictions=self.contradictions,
            kinds=frozenset(kinds),
        )
