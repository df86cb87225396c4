"""A provider file for a provider that has none, as a beginning: what the page says, and the usual for all else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from callsheet.draft.gathered import gather
from callsheet.draft.house import Below, Noted, Tree, as_yaml
from callsheet.draft.ways import ways_of
from callsheet.pages import Reading
from callsheet.source.nodes import Plain

_MODELINE: Final = "# yaml-language-server: $schema=../../generator/callsheet/spec/provider.schema.json\n"
_MEANS: Final = (
    ("failed", re.compile(r"fail|error|reject|expire|timeout", re.IGNORECASE)),
    ("cancelled", re.compile(r"cancel|abort", re.IGNORECASE)),
    ("succeeded", re.compile(r"succe|complet|done|finish|ready", re.IGNORECASE)),
    ("running", re.compile(r"run|progress|process|start", re.IGNORECASE)),
    ("queued", re.compile(r"", re.IGNORECASE)),
)
_STATES: Final = {"QUEUED": "queued", "COMPLETED": "succeeded", "FAILED": "failed"}
_IDS: Final = ("request_id", "id", "job_id", "task_id", "prediction_id", "uuid")
_ACCOUNT: Final = frozenset({401, 402, 403})
_LOWEST: Final = 300
_ACCEPTED: Final = 202
_OURS: Final = 500


def skeleton(readings: Sequence[Reading], *, read: str, id_: str | None) -> tuple[str, str]:
    """The id of the provider, and its file."""
    gathered = gather(readings)
    ways = [(sheet.reading.as_facts(), name) for sheet in gathered.sheets for name in ways_of(sheet.reading)]
    facts, way = ways[0] if ways else ({}, "call")
    url = str(facts.get((way, "submit", "url")) or "https://api.example.com/TODO")
    hosts = {"api": _origin(url)}
    ident = id_ or _id_of(hosts["api"])
    # Of a page that does not say what kind of way it has, the code tells: what is only accepted is a job.
    queue = facts.get((way, "kind"), "queue" if facts.get((way, "submit", "http")) == _ACCEPTED else "call") == "queue"
    rows = _rows(gathered["error_codes",], queue=queue)
    page = readings[0]
    source: dict[str, Tree] = {"url": page.url} if page.url else {"about": "TODO: add `url`, the address of this page."}
    sections: list[dict[str, Tree]] = [
        {
            "callsheet": "provider/1",
            "id": ident,
            "name": "TODO",
            "about": "TODO",
            "client_version": "0.1.0",
        },
        {"sources": Below({"page": Below({**source, "read": read, "sha256": page.sha256})})},
        {"hosts": Below({name: {"url": host, "about": "TODO", "source": "page"} for name, host in hosts.items()})},
        {"credential": Below(_credential(facts, way, ident))},
        {"errors": Below({name: Below(row) for name, row in rows.items()})},
        {"error_body": {"message": ["/error"], "source": "page", "certainty": "unknown"}},
        {"protocols": Below({way: Below(_queue(facts, way) if queue else _call(facts, way, rows))})},
        {"decisions": Below([Below(one) for one in _decisions(facts, way, found=bool(ways))])},
    ]
    return ident, _MODELINE + "\n".join(as_yaml(section) for section in sections)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _id_of(origin: str) -> str:
    """The name before the last part of the host's: `reel` of `https://api.reel.example`."""
    labels = (urlsplit(origin).hostname or "provider").split(".")
    name = labels[-2] if len(labels) > 1 else labels[0]
    return re.sub(r"[^a-z0-9_-]", "-", name.lower()).strip("-") or "provider"


def _credential(facts: dict[tuple[str, ...], Plain], way: str, ident: str) -> dict[str, Tree]:
    header, value = facts.get((way, "credential", "header")), facts.get((way, "credential", "value"))
    text = str(value) if isinstance(value, str) and "{key}" in value else "Bearer {key}"
    return {
        "env": f"{re.sub(r'[^A-Z0-9]', '_', ident.upper())}_API_KEY",
        "header": header if isinstance(header, str) and header else "Authorization",
        "value": text if header else Noted(text, "a guess"),
        "hosts": ["api"],
        "source": "page",
    }


def _rows(codes: Plain, *, queue: bool) -> dict[str, dict[str, Tree]]:
    listed = [code for code in codes if isinstance(code, int)] if isinstance(codes, list) else []
    found: dict[str, dict[str, Tree]] = {}
    for code in dict.fromkeys([400, 401, *listed]):
        if code >= _LOWEST:
            name = _name_of(code)
            found[name] = _row(code)
    if queue:
        found["job_failed"] = {
            "http": 200,
            "on": ["status"],
            "match": {"/status": {"in": ["FAILED"]}},
            **_says("failed", "always", "maybe", "never", "caller"),
            "source": "page",
        }
    return found


def _name_of(code: int) -> str:
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        return f"error_{code}"
    return re.sub(r"[^a-z0-9]+", "_", phrase.lower()).strip("_")


def _row(code: int) -> dict[str, Tree]:
    answer: dict[str, Tree] = {"error": "{message}"}
    if code >= _OURS:
        said = _says("unavailable", "maybe", "maybe", "reads_only", "provider")
    elif code == HTTPStatus.TOO_MANY_REQUESTS:
        said = _says("refused", "never", "never", "after_delay", "caller")
    else:
        said = _says("refused", "never", "never", "never", "account" if code in _ACCOUNT else "caller")
    return {"http": code, **said, "answer": answer, "source": "page"}


def _says(means: str, accepted: str, billed: str, retry: str, mend: str) -> dict[str, Tree]:
    return {
        "means": means,
        "about": "TODO",
        "accepted": accepted,
        "billed": billed,
        "retry": retry,
        "mend": mend,
    }


def _submit(facts: dict[tuple[str, ...], Plain], way: str) -> dict[str, Tree]:
    method = facts.get((way, "submit", "method"))
    code = facts.get((way, "submit", "http"))
    return {
        "method": method if isinstance(method, str) else "POST",
        "host": "api",
        "path": "/{path}",
        "http": code if isinstance(code, int) else 200,
    }


def _call(facts: dict[tuple[str, ...], Plain], way: str, rows: dict[str, dict[str, Tree]]) -> dict[str, Tree]:
    return {
        "about": "TODO",
        "kind": "call",
        "source": "page",
        "path_variables": ["path"],
        "submit": _submit(facts, way),
        "result": {"output": "", "answer": "{output}"},
        "judges": {
            "when": "at_submit",
            "refuses_with": next(name for name, row in rows.items() if row["http"] in {400, 422}),
            "unknown_fields": "ignored",
            "nulls": "refused",
            "certainty": "unknown",
        },
    }


def _queue(facts: dict[tuple[str, ...], Plain], way: str) -> dict[str, Tree]:
    named = facts.get((way, "submit", "answer_keys_named")) or facts.get((way, "submit", "answer_keys"))
    keys = [str(key) for key in named] if isinstance(named, list) else []
    ident = next((key for key in _IDS if key in keys), "request_id")
    states = _states(facts, way)
    ends = [name for name, means in states.items() if means in {"succeeded", "failed", "cancelled"}]
    initial = next((name for name in states if name not in ends), next(iter(states)))
    status, result = _path(facts, way, "status"), _path(facts, way, "result")
    urls: dict[str, Tree] = {"status_url": {"host": "api", "path": status or "/jobs/{request_id}"}}
    if result and result != status:
        urls["response_url"] = {"host": "api", "path": result}
    return {
        "about": "TODO",
        "kind": "queue",
        "source": "page",
        "path_variables": ["path"],
        "urls": Below(urls),
        "submit": Below(
            {
                **_submit(facts, way),
                "handle": {"request_id": f"/{ident}"},
                "answer": {ident: "{request_id}", "status": initial},
            }
        ),
        "status": Below(
            {
                "method": "GET",
                "url": "status_url",
                "state": "/status",
                "initial": initial,
                "states": Below(
                    {name: Below(_state(name, means, list(states), ends)) for name, means in states.items()}
                ),
                "failure": {"message": "/error"},
            }
        ),
        "result": (
            Below(
                {
                    "method": "GET",
                    "url": "response_url",
                    "http": 200,
                    "output": "/output",
                    "early": {"answers": "status"},
                    "failed": {"answers": "status"},
                    "answer": {"status": "done", "output": "{output}"},
                }
            )
            if "response_url" in urls
            else {"output": "/output"}
        ),
        "judges": {
            "when": "at_submit",
            "refuses_with": "bad_request",
            "unknown_fields": "ignored",
            "nulls": "refused",
            "certainty": "unknown",
        },
    }


def _path(facts: dict[tuple[str, ...], Plain], way: str, step: str) -> str | None:
    url = facts.get((way, step, "url"))
    path = urlsplit(str(url)).path if isinstance(url, str) else ""
    return path if "{request_id}" in path and path.count("{") == 1 else None


def _states(facts: dict[tuple[str, ...], Plain], way: str) -> dict[str, str]:
    """The states of the page by what they mean; at least one that waits, one that ends well and one that does not."""
    named = facts.get((way, "state_names"))
    names = [str(name) for name in named] if isinstance(named, list) else []
    names += [path[2] for path in facts if path[:2] == (way, "states") and len(path) == 3 and path[2] not in names]  # noqa: PLR2004 - a name and nothing below
    found = {name: str(facts.get((way, "states", name)) or _meaning(name)) for name in names}
    for name, means in _STATES.items():
        if means not in found.values() and not (means == "queued" and "running" in found.values()):
            found[name] = means
    return found


def _meaning(name: str) -> str:
    return next(means for means, words in _MEANS if words.search(name))


def _state(name: str, means: str, names: list[str], ends: list[str]) -> dict[str, Tree]:
    made: dict[str, Tree] = {"means": means, "about": "TODO"}
    answer: dict[str, Tree] = {"status": name}
    if name not in ends:
        made["next"] = [other for other in names if other != name and (other in ends or means == "queued")]
    if means == "failed":
        made["error"] = "job_failed"
        answer["error"] = "{message}"
    if means == "succeeded":
        answer["output"] = "{output}"
    return {**made, "answer": answer}


def _decisions(facts: dict[tuple[str, ...], Plain], way: str, *, found: bool) -> list[dict[str, Tree]]:
    open_ = [
        ("Protocol", f"The page shows {facts.get((way, 'submit', 'url'))}." if found else "The page shows no address."),
        ("Answers", "What is answered to a submission, to a look and by an error is the usual here, not the page's."),
        ("Errors", "Whether a job runs and is billed all the same is a guess by the code."),
        ("When the input is judged", "The page does not say. At once is a guess."),
    ]
    return [{"about": about, "found": said, "decided": "TODO"} for about, said in open_]
