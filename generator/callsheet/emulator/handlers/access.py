"""The key: which forms of it an exchange takes, and whether a request has one that is good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from callsheet.emulator.answers.rows import of
from callsheet.emulator.messages import HostKey, Request
from callsheet.spec.model import CallSpec, CredentialSpec, ErrorSpec, ProtocolSpec, ProviderSpec

_UNAUTHORIZED: Final = 401
_NAMES: Final = frozenset(
    {
        "unauthorized",
        "unauthenticated",
        "auth",
        "authentication",
        "credential",
        "key",
        "token",
        "permission",
        "forbidden",
    }
)

Access = Literal["good", "wrong", "missing"]


def access(
    provider: ProviderSpec,
    way: ProtocolSpec | CallSpec | None,
    host: HostKey,
    request: Request,
    keys: frozenset[str],
) -> Access:
    """How a request stands with the keys. A host that takes none is open to all.

    A protocol with a form of its own takes the provider's usual form, too: where sources show another one for a part
    of the addresses, callers of both kinds are known.
    """
    forms = [rule for rule in _forms(provider, way) if host[1] in rule.hosts]
    given = [(text, rule) for rule in forms if (text := _given(rule, request))]
    if not forms or any(_key_in(text, rule) in keys for text, rule in given):
        return "good"
    return "wrong" if given else "missing"


def refusal(provider: ProviderSpec, way: ProtocolSpec | CallSpec) -> ErrorSpec | None:
    """The row that answers a missing or a wrong key.

    The one that the credential names. Where it names none: the one with 401; else the one that tells the two apart, or
    has a name for it: not every provider uses the code.
    """
    refused = [row for row in of(provider, way) if row.means == "refused"]
    named = {rule.refuses_with for rule in _forms(provider, way)}
    ranked = [
        *(row for row in refused if row.name in named),
        *(row for row in refused if row.http == _UNAUTHORIZED),
        *(row for row in refused if row.answer_without_key is not None),
        *(row for row in refused if row.mend == "account" and not _NAMES.isdisjoint(row.name.split("_"))),
    ]
    return next(iter(ranked), None)


def _forms(provider: ProviderSpec, way: ProtocolSpec | CallSpec | None) -> Iterator[CredentialSpec]:
    if way is not None and way.credential is not None:
        yield way.credential
    yield provider.credential


def _given(rule: CredentialSpec, request: Request) -> str:
    found = request.header(rule.header) if rule.header is not None else request.query.get(rule.query or "")
    return (found or "").strip()


def _key_in(given: str, rule: CredentialSpec) -> str | None:
    """The key in a value; None where the value has not the form that the spec says."""
    before, _, after = rule.value.partition("{key}")
    if not (given.startswith(before) and given.endswith(after)) or len(given) < len(before) + len(after):
        return None
    return given[len(before) : len(given) - len(after)]
