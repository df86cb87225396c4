"""What a plan says of one protocol of an endpoint, as single facts. The words are those of `facts`."""

from __future__ import annotations

from collections.abc import Mapping

from callsheet.facts.flat import Facts, condition, filled, flat, keys, under, words
from callsheet.plan.model import ProviderPlan
from callsheet.runtime.addresses import Address
from callsheet.runtime.tables import Blocking, Credential, Model, Queue, Submit
from callsheet.runtime.words import FINAL
from callsheet.source.nodes import Plain
from callsheet.spec.model import (
    Base64Spec,
    CallSpec,
    CredentialSpec,
    FileAtSpec,
    OptionSpec,
    ProtocolSpec,
    StatusSpec,
    SubmitSpec,
    UrlSpec,
)

_ALL_OF_IT = "{input}"
_HUNDRED = 100


def way_facts(provider: ProviderPlan, table: Model, spec: ProtocolSpec | CallSpec) -> Facts:
    """Everything that a protocol of either kind states, without the protocol's name."""
    codes = _codes(provider)
    way = table.protocol
    return {
        ("kind",): spec.kind,
        ("request_id_header",): spec.request_id_header,
        ("judged",): spec.judges.when,
        ("judged_with",): codes.get(spec.judges.refuses_with or ""),
        ("without_credits",): codes.get(spec.judges.without_credits or ""),
        **words(("submit", "answer_words"), spec.submit.answer),
        ("submit", "answer_headers"): keys(dict(spec.submit.answer_headers)) or None,
        **words(("submit", "answer_header_words"), dict(spec.submit.answer_headers)),
        **words(("result", "answer_words"), spec.result.answer),
        **words(("result", "answer_header_words"), dict(spec.result.answer_headers)),
        **_base64(spec.result.base64),
        ("result", "answer_headers"): keys(dict(spec.result.answer_headers)) or None,
        **under(("headers",), dict(way.headers)),
        **(credential_facts(provider, way.credential, spec.credential) if way.credential and spec.credential else {}),
        **_submit(provider, table, way.submit),
        **dict(flat(("submit", "body"), None if way.submit.body == _ALL_OF_IT else spec.submit.body)),
        **_options(spec.submit, codes),
        **(_call(way, spec) if isinstance(way, Blocking) and isinstance(spec, CallSpec) else {}),
        **(_queue(provider, table, way, spec) if isinstance(way, Queue) and isinstance(spec, ProtocolSpec) else {}),
    }


def _codes(provider: ProviderPlan) -> dict[str, Plain]:
    """The errors by their names: the HTTP code, and the provider's own where there is one."""
    return {
        error.row.name: error.row.http if error.row.code is None else f"{error.row.http} {error.row.code}"
        for error in provider.errors
    }


def _base64(text: Base64Spec | None) -> Facts:
    if text is None:
        return {}
    here = ("result", "base64")
    said: dict[str, Plain] = {"always": text.always or None, "output": text.output, "answer_keys": keys(text.answer)}
    return {**under(here, said), **words((*here, "answer_words"), text.answer)}


def credential_facts(provider: ProviderPlan, credential: Credential, spec: CredentialSpec) -> Facts:
    """How the key travels, the URLs of the hosts that may see it, and how a wrong one is refused."""
    return {
        ("credential", "refused"): _codes(provider).get(spec.refuses_with or ""),
        ("credential", "env"): credential.env,
        ("credential", "header"): credential.header,
        ("credential", "query"): credential.query,
        ("credential", "value"): credential.value,
        ("credential", "hosts"): [provider.table.hosts[host] for host in credential.hosts],
    }


def _submit(provider: ProviderPlan, table: Model, submit: Submit) -> Facts:
    return {
        ("submit", "method"): submit.method,
        ("submit", "url"): provider.table.hosts[submit.host] + filled(submit.path, table.path),
        ("submit", "http"): submit.http,
        **under(("submit", "query"), dict(submit.query)),
        **under(("submit", "headers"), dict(submit.headers)),
    }


def _options(submit: SubmitSpec, codes: Mapping[str, Plain]) -> Facts:
    """What a caller may ask for, under the names of the wire: those of the spec are its own."""
    return {path: value for option in submit.options for path, value in _option(option, codes).items()}


def _option(option: OptionSpec, codes: Mapping[str, Plain]) -> Facts:
    said: dict[str, Plain] = {
        "to": option.to,
        "type": option.type,
        "allowed": list(option.enum) if option.enum is not None else None,
        "minimum": option.minimum,
        "exclusive_minimum": option.exclusive_minimum,
        "maximum": option.maximum,
        "without_it": option.default,
        "unit": option.unit,
        "missed": codes.get(option.missed or ""),
    }
    return {("options", option.wire, word): value for word, value in said.items()}


def _call(call: Blocking, spec: CallSpec) -> Facts:
    return {
        ("cutoff",): call.cutoff,
        ("result", "output"): call.output,
        ("result", "media"): list(spec.result.media) or None,
        ("result", "decode"): call.decode if call.decode != "json" else None,
        ("result", "answer_keys"): keys(spec.result.answer),
    }


def _queue(provider: ProviderPlan, table: Model, queue: Queue, spec: ProtocolSpec) -> Facts:
    codes = _codes(provider)
    states = queue.status.states.items()
    return {
        ("initial",): queue.status.initial,
        ("final",): [name for name, state in states if state.means in FINAL],
        **{("states", name): state.means for name, state in states},
        **{("state_http", name): state.http for name, state in states},
        **{("told_by_http", name): state.by_http or None for name, state in states},
        **{
            path: value
            for name, state in states
            for path, value in condition(("told_by", name), state.seen or {}).items()
        },
        **{("next", name): list(state.next) or None for name, state in states},
        **{("state_error", name): codes.get(state.error or "") for name, state in states},
        **{path: value for name in queue.urls for path, value in _url(provider, table, queue, name).items()},
        **{("urls_also", url.name): _also(table, url) for url in spec.urls},
        **_file_at(provider, table, queue, spec.result.file_at),
        ("poll_floor",): queue.poll_floor,
        ("pace_header",): queue.pace_header,
        **under(("submit",), {"request_id": queue.submit.request_id, **queue.submit.urls}),
        ("submit", "id_form"): spec.submit.id_form,
        ("submit", "answer_keys"): keys(spec.submit.answer),
        **under(("status",), _status(provider, table, queue)),
        **under(("status", "query"), dict(queue.status.query)),
        **under(("status", "answer_keys"), {state.name: keys(state.answer) for state in spec.status.states}),
        **_state_words(spec.status),
        **under(
            ("status", "failed_keys"), {state.name: keys(state.answer_when_failed) for state in spec.status.states}
        ),
        **words(("status", "log_words"), spec.status.log_entry),
        ("status", "log_keys"): keys(spec.status.log_entry),
        **under(("result",), _result(provider, table, queue, spec)),
        **_file(provider, table, queue, spec),
        **_cancel(provider, table, queue, spec),
        **_stream(provider, table, queue, spec),
        **_retention(queue),
    }


def _state_words(status: StatusSpec) -> Facts:
    found: Facts = {}
    for state in status.states:
        found |= words(("status", "answer_words", state.name), state.answer)
        found |= words(("status", "failed_words", state.name), state.answer_when_failed)
    return found


def _status(provider: ProviderPlan, table: Model, queue: Queue) -> dict[str, Plain]:
    status, logs = queue.status, queue.status.logs
    return {
        "method": status.method,
        "url": _job_url(provider, table, queue, status.url),
        "state": status.state,
        "position": status.position,
        "percent": status.percent,
        "percent_of": status.percent_of if status.percent_of != _HUNDRED else None,
        "logs": logs.at if logs else None,
        "log_message": logs.message if logs else None,
        "log_time": logs.time if logs else None,
        "log_level": logs.level if logs else None,
        "failure_message": status.failure_message,
        "failure_code": status.failure_code,
    }


def _result(provider: ProviderPlan, table: Model, queue: Queue, spec: ProtocolSpec) -> dict[str, Plain]:
    result = queue.result
    found: dict[str, Plain] = {
        "output": result.output,
        "media": list(result.media) or None,
        "decode": result.decode if result.decode != "json" else None,
    }
    if result.url is None:
        return {**found, "within": "status"}
    codes = _codes(provider)
    return {
        **found,
        "method": result.method,
        "url": _job_url(provider, table, queue, result.url),
        "http": result.http,
        "early": result.early if result.early == "status" else codes.get(result.early),
        "failed": result.failed,
        "answer_keys": keys(spec.result.answer),
    }


def _also(table: Model, url: UrlSpec) -> Plain:
    """The other paths of an address; those that come to the same for an endpoint count once."""
    paths = dict.fromkeys(filled(path, table.path) for path in url.also)
    paths.pop(filled(url.path, table.path), None)
    return [*paths] or None


def _file_at(provider: ProviderPlan, table: Model, queue: Queue, rule: FileAtSpec | None) -> Facts:
    if rule is None:
        return {}
    return {
        ("file_at", "url"): _job_url(provider, table, queue, rule.url),
        ("file_at", "http"): rule.http,
        ("file_at", "answer_keys"): keys(rule.answer),
        **words(("file_at", "answer_words"), rule.answer),
    }


def _file(provider: ProviderPlan, table: Model, queue: Queue, spec: ProtocolSpec) -> Facts:
    file = queue.file
    if file is None or spec.file is None:
        return {}
    address = file.address
    url = _at(provider, table, address) if address is not None else spec.file.url
    return {
        **under(("file",), {"method": file.method, "url": url, "gives": file.gives}),
        **under(("file", "query"), dict(address.query) if address is not None else {}),
        **under(("file", "takes"), dict(file.takes)),
        ("file", "at"): file.at or None,
        ("file", "answer_keys"): keys(spec.file.answer),
        **words(("file", "answer_words"), spec.file.answer),
    }


def _cancel(provider: ProviderPlan, table: Model, queue: Queue, spec: ProtocolSpec) -> Facts:
    if queue.cancel is None or spec.cancel is None:
        return {}
    found: Facts = {
        ("cancel", "method"): queue.cancel.method,
        ("cancel", "url"): _job_url(provider, table, queue, queue.cancel.url),
    }
    for answer in spec.cancel.answers:
        here = ("cancel", str(answer.http))
        found[(*here, "means")] = answer.means
        found[(*here, "rare")] = answer.rare or None
        found[(*here, "answer_keys")] = keys(answer.answer)
        found.update(words((*here, "answer_words"), answer.answer))
        found.update(condition((*here, "told_by"), answer.match.criteria if answer.match is not None else {}))
    return found


def _stream(provider: ProviderPlan, table: Model, queue: Queue, spec: ProtocolSpec) -> Facts:
    stream = queue.stream
    if stream is None or spec.stream is None:
        return {}
    return {
        ("stream", "url"): _job_url(provider, table, queue, stream.url),
        **under(("stream", "query"), dict(stream.query)),
        ("stream", "at"): stream.at,
        ("stream", "logs"): stream.logs,
        ("stream", "ping"): spec.stream.ping,
    }


def _retention(queue: Queue) -> Facts:
    kept = queue.retention
    if kept is None:
        return {}
    return {
        ("retention", "seconds"): kept.seconds,
        ("retention", "from"): kept.counted_from,
        ("retention", "large_bytes"): kept.large_bytes,
        ("retention", "large_seconds"): kept.large_seconds,
    }


def _url(provider: ProviderPlan, table: Model, queue: Queue, name: str) -> Facts:
    address = queue.urls[name]
    query: Mapping[str, str] = address.query
    return {
        ("urls", name): _at(provider, table, address),
        ("urls_only_given", name): address.only_given or None,
        **{("urls_query", name, key): filled(text, table.path) for key, text in query.items()},
    }


def _job_url(provider: ProviderPlan, table: Model, queue: Queue, name: str) -> str:
    return _at(provider, table, queue.urls[name])


def _at(provider: ProviderPlan, table: Model, address: Address) -> str:
    return provider.table.hosts[address.host] + filled(address.path, table.path)
