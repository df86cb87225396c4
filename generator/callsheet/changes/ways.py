"""What differing facts mean of everything but input and output: one row for each kind of path.

`*` stands for one key, `**` for any number of them. The first row that fits counts; a path that none fits is an unknown
fact, which counts as breaking.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from callsheet.changes.change import ABSENT, Change
from callsheet.changes.inputs import PARAMETER, rule_between
from callsheet.changes.judging import Case, Judge, always, amount, members, same, turns
from callsheet.facts.flat import FactPath
from callsheet.rules import change as words
from callsheet.rules import change_answers as answers
from callsheet.rules import change_ways as ways
from callsheet.runtime.words import FINAL

PENDING: Final = frozenset({"queued", "running"})
"""What a state means that ends nothing. A meaning that is in neither set is one that nobody knows."""


def _price(case: Case) -> Iterator[Change]:
    counted = any(not same(*case.beside(word)) for word in ("currency", "per"))
    yield from _AMOUNT(case) if not counted else (case.change(answers.PRICE_CHANGED),)


def _stated(case: Case) -> Iterator[Change]:
    yield case.change(answers.PRICE_STATED if case.new is True else answers.PRICE_UNSTATED)


def _state(case: Case) -> Iterator[Change]:
    rule = ways.STATE_MEANS_OTHER
    if case.old in PENDING and case.new in FINAL:
        rule = ways.FINAL_STATE_NEW
    elif case.old in FINAL and case.new in PENDING:
        rule = ways.FINAL_STATE_GONE
    yield case.change(rule)


def _first(case: Case) -> Iterator[Change]:
    """Protocols that come and go are said as such; here is what the first of them is."""
    old, new = (value if isinstance(value, list) else [] for value in (case.old, case.new))
    left = [name for name in old if name in new]
    if case.old is ABSENT or case.new is ABSENT:
        yield case.change(words.LIMIT_REWORDED)
        return
    if not left or left[:1] == new[:1]:
        if [name for name in new if name in old] != left:
            yield case.change(words.ORDER_CHANGED)
        return
    yield Change(
        ways.FIRST_PROTOCOL_CHANGED.id, "breaking", case.path, old[0] if old else ABSENT, new[0] if new else ABSENT
    )


def _data_uris(case: Case) -> Iterator[Change]:
    yield case.change(ways.OFFER_NEW if case.new is True else ways.OFFER_GONE)


def _kept_from(case: Case) -> Iterator[Change]:
    yield case.change(answers.KEPT_LONGER if case.new == "end" else answers.KEPT_SHORTER)


def _billed(case: Case) -> Iterator[Change]:
    order = ("never", "maybe", "always")
    known = [order.index(str(value)) if value in order else 1 for value in (case.old, case.new)]
    yield case.change(answers.BILLED_MORE if known[1] >= known[0] else answers.BILLED_LESS)


_AMOUNT = amount(more=answers.PRICE_RAISED, less=answers.PRICE_LOWERED, unsaid=None, other=answers.PRICE_CHANGED)
_REQUEST = always(ways.REQUEST_CHANGED)
_HTTP = always(ways.HTTP_CODE_CHANGED)
_PLAYED = always(answers.PLAYED_OTHERWISE)
_READ = turns(new=ways.TOLD_MORE, gone=ways.READ_ELSEWHERE, other=ways.READ_ELSEWHERE)
_TOLD = always(ways.READ_ELSEWHERE)
_CREDENTIAL = always(ways.CREDENTIAL_CHANGED)
_NAME = turns(new=ways.MODEL_NEW, gone=ways.NAME_CHANGED, other=ways.NAME_CHANGED)
_PROOF = always(ways.WEBHOOK_PROVEN_OTHERWISE)
_KEYS = members(
    new=answers.ANSWER_FIELD_NEW,
    gone=answers.ANSWER_FIELD_GONE,
    listed=answers.ANSWER_FIELD_NEW,
    unlisted=answers.ANSWER_FIELD_GONE,
)
_BODY = turns(new=answers.ANSWER_FIELD_NEW, gone=answers.ANSWER_FIELD_GONE, other=answers.PLAYED_OTHERWISE)
_PLACES = members(
    new=ways.TOLD_MORE,
    gone=ways.READ_ELSEWHERE,
    listed=ways.TOLD_MORE,
    unlisted=ways.READ_ELSEWHERE,
)
_CODES = members(new=answers.ERROR_NEW, gone=answers.ERROR_GONE, listed=answers.ERROR_NEW, unlisted=answers.ERROR_GONE)
_MARKS = members(
    new=answers.ERROR_NEW, gone=ways.READ_ELSEWHERE, listed=answers.ERROR_NEW, unlisted=ways.READ_ELSEWHERE
)
_STATES = members(
    new=ways.FINAL_STATE_NEW, gone=ways.STATE_GONE, listed=words.LIMIT_REWORDED, unlisted=words.LIMIT_REWORDED
)
_FINAL = members(
    new=ways.FINAL_STATE_NEW, gone=ways.FINAL_STATE_GONE, listed=words.LIMIT_REWORDED, unlisted=words.LIMIT_REWORDED
)
_FOLLOW = always(ways.STATES_FOLLOW_OTHERWISE)
# Of files that are taken: less than before is worse, and that nothing is said means no limit.
_SIZE = amount(more=words.LIMIT_LOOSENED, less=words.LIMIT_TIGHTENED, unsaid=float("inf"))
_KEPT = amount(more=answers.KEPT_LONGER, less=answers.KEPT_SHORTER, unsaid=float("inf"))
_EFFORT = amount(more=ways.DELIVERED_MORE, less=ways.DELIVERED_LESS, unsaid=0.0)

TABLE: Final[tuple[tuple[str, Judge], ...]] = (
    ("** about", always(words.WORDING_CHANGED)),
    # the endpoint as a whole
    ("parameter_names", always(words.ORDER_CHANGED)),
    ("rule *", rule_between),
    ("sample *", always(words.SAMPLE_CHANGED)),
    ("chosen_path *", _REQUEST),
    ("chosen_body", _REQUEST),
    ("output_media", turns(new=ways.TOLD_MORE, gone=answers.OUTPUT_FILE_MOVED, other=answers.OUTPUT_FILE_MOVED)),
    ("output_base64 **", always(answers.OUTPUT_FILE_MOVED)),
    ("typical_seconds", always(answers.TYPICAL_TIME_CHANGED)),
    ("price stated", _stated),
    ("price amount", _price),
    ("price max", amount(more=answers.PRICE_RAISED, less=answers.PRICE_LOWERED, unsaid=float("inf"))),
    ("price *", always(answers.PRICE_CHANGED)),
    ("error_codes", _CODES),
    ("protocols", _first),
    # the provider as a whole
    ("error_message", _PLACES),
    ("error_code", _PLACES),
    ("error_code_header", _READ),
    ("error_headers *", _KEYS),
    ("error_header_words **", _PLAYED),
    ("error_marks * *", _MARKS),
    ("violation * keys", _KEYS),
    ("violation **", _PLAYED),
    ("request_ids", _PLAYED),
    ("endpoints * answer_keys", _KEYS),
    ("endpoints * answer_headers", _KEYS),
    ("endpoints * answer_words **", _PLAYED),
    ("endpoints * answer_header_words **", _PLAYED),
    ("endpoints * http", _HTTP),
    ("endpoints **", _REQUEST),
    ("files data_uris", _data_uris),
    ("files largest", _SIZE),
    ("files largest_data_uri", _SIZE),
    ("files also **", _PLAYED),
    ("files upload * answer_keys", _PLAYED),
    ("files upload * answer_headers", _PLAYED),
    ("files upload * answer_words **", _PLAYED),
    ("files upload * answer_header_words **", _PLAYED),
    ("files upload * takes *", _TOLD),
    ("files **", _REQUEST),
    ("webhook registered", turns(new=ways.OFFER_NEW, gone=ways.OFFER_GONE, other=ways.REQUEST_CHANGED)),
    ("webhook request_id", _READ),
    ("webhook output", _READ),
    ("webhook message", _READ),
    ("webhook succeeded **", _TOLD),
    ("webhook body **", _BODY),
    ("webhook body_when_failed **", _BODY),
    ("webhook body_without_output **", _BODY),
    ("webhook signature keys_for", _PLAYED),
    ("webhook signature **", _PROOF),
    (
        "webhook deliveries until_expiry",
        turns(new=ways.DELIVERED_MORE, gone=ways.DELIVERED_LESS, other=ways.DELIVERED_LESS),
    ),
    (
        "webhook deliveries later_timeout",
        amount(more=ways.DELIVERED_MORE, less=ways.DELIVERED_LESS, unsaid=None, other=ways.DELIVERED_LESS),
    ),
    ("webhook deliveries *", _EFFORT),
    # a protocol: the first key is its name
    ("* kind", always(ways.PROTOCOL_CHANGED)),
    ("* request_id_header", _READ),
    ("* judged", always(ways.JUDGED_OTHERWISE)),
    ("* judged_with", _HTTP),
    ("* without_credits", _HTTP),
    ("* initial", _FOLLOW),
    ("* next *", _FOLLOW),
    ("* states *", _state),
    ("* state_names", _STATES),
    ("* final", _FINAL),
    ("* state_http *", _HTTP),
    ("* state_error *", _HTTP),
    ("* told_by **", _TOLD),
    ("* told_by_http *", _TOLD),
    ("* urls *", turns(new=ways.ADDRESS_NEW, gone=ways.REQUEST_CHANGED, other=ways.REQUEST_CHANGED)),
    ("* urls_also *", _PLAYED),
    ("* urls_only_given *", _REQUEST),
    ("* urls_query * *", _REQUEST),
    ("* file_at **", _PLAYED),
    ("* poll_floor", amount(more=ways.POLL_SLOWER, less=ways.POLL_FASTER, unsaid=0.0)),
    ("* pace_header", _READ),
    ("* cutoff", amount(more=ways.CUT_LATER, less=ways.CUT_SOONER, unsaid=float("inf"))),
    ("* retention seconds", _KEPT),
    ("* retention large_seconds", _KEPT),
    ("* retention from", _kept_from),
    ("* retention large_bytes", amount(more=answers.KEPT_LONGER, less=answers.KEPT_SHORTER, unsaid=float("inf"))),
    ("* headers *", _REQUEST),
    ("* submit answer_keys", _KEYS),
    ("* submit answer_keys_named", _KEYS),
    ("* submit answer_headers", _KEYS),
    ("* submit answer_words **", _PLAYED),
    ("* submit answer_header_words **", _PLAYED),
    ("* submit http", _HTTP),
    ("* submit method", _REQUEST),
    ("* submit url", _REQUEST),
    ("* submit query *", _REQUEST),
    ("* submit headers *", _REQUEST),
    ("* submit body **", _REQUEST),
    ("* submit id_form", _READ),
    ("* submit *", _READ),  # where the id and the addresses of a job stand
    ("* options * to", _REQUEST),
    ("* options * without_it", turns(new=words.DEFAULT_STATED, gone=words.DEFAULT_GONE, other=words.DEFAULT_CHANGED)),
    ("* options * missed", _HTTP),
    ("* status method", _REQUEST),
    ("* status url", _REQUEST),
    ("* status http", _HTTP),
    ("* status query *", _REQUEST),
    ("* status answer_keys *", _KEYS),
    ("* status failed_keys *", _KEYS),
    ("* status log_keys", _KEYS),
    ("* status answer_words **", _PLAYED),
    ("* status failed_words **", _PLAYED),
    ("* status log_words **", _PLAYED),
    ("* status percent_of", _TOLD),
    ("* status *", _READ),
    ("* result method", _REQUEST),
    ("* result url", _REQUEST),
    ("* result query *", _REQUEST),
    ("* result http", _HTTP),
    ("* result early", _HTTP),
    ("* result failed", _HTTP),
    ("* result answer_keys", _KEYS),
    ("* result answer_headers", _KEYS),
    ("* result answer_words **", _PLAYED),
    ("* result answer_header_words **", _PLAYED),
    ("* result media", _PLACES),
    ("* result output", _TOLD),
    ("* result decode", _TOLD),
    ("* result within", always(ways.STEP_NEW)),
    ("* result base64 answer_keys", _KEYS),
    ("* result base64 answer_words **", _PLAYED),
    ("* result base64 *", _TOLD),
    ("* file answer_keys", _KEYS),
    ("* file answer_words **", _PLAYED),
    ("* file at", _TOLD),
    ("* file gives", _TOLD),
    ("* file takes *", _TOLD),
    ("* file **", _REQUEST),
    ("* cancel method", _REQUEST),
    ("* cancel url", _REQUEST),
    ("* cancel * answer_keys", _KEYS),
    ("* cancel * answer_words **", _PLAYED),
    ("* cancel * rare", _PLAYED),
    ("* cancel * means", always(answers.ERROR_MEANS_OTHER)),
    ("* cancel * told_by **", _TOLD),
    ("* stream url", _REQUEST),
    ("* stream method", _REQUEST),
    ("* stream query *", _REQUEST),
    ("* stream ping", _PLAYED),
    ("* stream *", _TOLD),
    (
        "credential hosts",
        members(
            new=ways.KEY_TO_ANOTHER_HOST,
            gone=ways.CREDENTIAL_CHANGED,
            listed=ways.CREDENTIAL_CHANGED,
            unlisted=ways.CREDENTIAL_CHANGED,
        ),
    ),
    (
        "* credential hosts",
        members(
            new=ways.KEY_TO_ANOTHER_HOST,
            gone=ways.CREDENTIAL_CHANGED,
            listed=ways.CREDENTIAL_CHANGED,
            unlisted=ways.CREDENTIAL_CHANGED,
        ),
    ),
    ("credential refused", _HTTP),
    ("* credential refused", _HTTP),
    ("credential *", _CREDENTIAL),
    ("* credential *", _CREDENTIAL),
    # errors of a provider, by name
    ("error * billed", _billed),
    ("error * http", _HTTP),
    ("error * code", _TOLD),
    ("error * match **", _TOLD),
    ("error * mend", always(answers.ERROR_MENDED_BY_OTHERS)),
    ("error * moderation", always(answers.ERROR_MENDED_BY_OTHERS)),
    ("error **", always(answers.ERROR_MEANS_OTHER)),
    # names that callers write
    ("python **", _NAME),
)
"""What a path that differs means. `* options * <word>` has the words of a parameter, too: see `judge_of`."""

_ROWS: Final = tuple((tuple(pattern.split()), judge) for pattern, judge in TABLE)


@lru_cache(maxsize=8192)
def judge_of(path: FactPath) -> Judge | None:
    """The row for a path; None where there is none."""
    if path[1:2] == ("options",) and len(path) == 4 and path[3] in PARAMETER and path[3] not in {"default", "required"}:  # noqa: PLR2004 - protocol, options, name, word
        return PARAMETER[path[3]]
    return next((judge for pattern, judge in _ROWS if _fits(pattern, path)), None)


def _fits(pattern: tuple[str, ...], path: FactPath) -> bool:
    if not pattern:
        return not path
    head, *rest = pattern
    if head == "**":
        return any(_fits(tuple(rest), path[at:]) for at in range(len(path) + 1))
    return bool(path) and head in {"*", path[0]} and _fits(tuple(rest), path[1:])
