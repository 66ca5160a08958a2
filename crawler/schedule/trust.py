"""Whether a server can be believed about validators: what is sent, and what each answer proves.

Some servers answer 304 to any request that has a validator, and some fail on it (RFC 9110, 13).
So each source is asked without them now and then. A server that is proven wrong is sent none any
more: its polls cost more bytes, and nothing is hidden.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.records.model import Page, PollState
from storage.records.outcome import Outcome

_EACH_DAY = timedelta(days=1)  # the proof of a server that was right before
# The first proof, and the next after a doubt: six polls of the first interval.
_SOON = timedelta(hours=3)
_ENOUGH = 2  # times in a row that may be no accident
_PRECONDITION_FAILED = 412  # RFC 9110, 13.2.2: never the answer to a conditional GET
_ANSWERED = {None, Outcome.POLLED, Outcome.UNCHANGED}
# Failures that say nothing about validators: the server was not asked, or asks for a pause.
_UNRELATED = {
    Outcome.BLOCKED_ADDRESS, Outcome.DNS, Outcome.INTERNAL_ERROR, Outcome.RATE_LIMITED,
    Outcome.ROBOTS_DENIED, Outcome.ROBOTS_UNREACHABLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a poll that succeeded says about validators."""

    page: Page
    is_conditional: bool  # it was asked with validators
    new: int  # entries


def is_conditional(state: PollState, now: datetime) -> bool:
    """Whether a source is asked with its validators now."""
    if state.validators_off is not None or state.unconditional_at is None:
        return False
    if state.etag is None and state.last_modified is None:
        return False
    # After a failure: the validators may be its cause.
    if state.last_outcome not in _ANSWERED:
        return False
    wait = _SOON if state.honest_at is None else _EACH_DAY
    age = now - state.unconditional_at
    is_due = age > wait or age < timedelta(0)  # in the future: by a clock that was ahead
    return not (_had_304(state) and is_due)


def after_answer(state: PollState, answer: Answer) -> PollState:
    """Return what is known of a server after an answer of it."""
    if answer.page.status == 304:
        return replace(state, refused=0)
    if answer.is_conditional:
        return _cleared(state, answer)
    if state.refused >= _ENOUGH:
        return replace(state, validators_off="its server fails on conditional requests")
    if not _had_304(state):
        return state
    if not answer.new:
        return _cleared(state, answer)
    is_proof = _has_same_validators(state, answer.page)
    hidden = _ENOUGH if is_proof else state.hidden + 1
    if hidden >= _ENOUGH:
        return replace(state, validators_off="its server answered 304 and had new entries")
    return replace(
        state,
        hidden=hidden,
        honest_at=None,
    )


def _cleared(state: PollState, answer: Answer) -> PollState:
    """Return what is known of a server whose answer agreed with its 304s."""
    return replace(
        state,
        refused=0,
        hidden=0,
        honest_at=answer.page.fetched_at,
    )


def after_failure(
    state: PollState, outcome: Outcome, status: int | None, at: datetime
) -> PollState:
    """Return what is known of a server after a poll that failed."""
    if outcome in _UNRELATED or not is_conditional(state, at):
        return state
    more = _ENOUGH if status == _PRECONDITION_FAILED else 1
    return replace(
        state,
        refused=state.refused + more,
    )


def _had_304(state: PollState) -> bool:
    """Whether the last answer was a 304: a poll without validators can prove it right or wrong."""
    if state.last_poll_at is None or state.unconditional_at is None:
        return False
    return state.last_poll_at > state.unconditional_at


def _has_same_validators(state: PollState, page: Page) -> bool:
    """Whether a changed document has the validators of the old one, which then prove nothing."""
    before = (state.etag, state.last_modified)
    after = (page.header("etag"), page.header("last-modified"))
    return before == after != (None, None)
