"""Bugs as people make them: each a change of one file of a vendored client, and what a failure has to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug. `said` are words of the failure: the fact, or the law."""

    name: str
    file: str
    old: str
    new: str
    said: str
    of: str = "fal"
    """The provider whose client shows it, of a bug in the runtime."""

    def applied(self, text: str) -> str:
        """The file with the bug in it. ValueError where there is no place for it."""
        if self.old not in text:
            raise ValueError(f"{self.name}: {self.file} holds no {self.old!r}")
        return text.replace(self.old, self.new, 1)


_T2V: Final = "segmind/_models/wan2_1_t2v.py"
_SCAIL_2: Final = "fal/scail_2.py"

BUGS: Final = (
    # Of the input.
    Bug("a bound is off by one", _T2V, "Field(ge=1, le=5)", "Field(ge=1, le=6)", "video_length.maximum: the spec says 5, the client has 6"),
    Bug("a bound is taken as exclusive", _T2V, "Field(ge=10, le=70)", "Field(ge=10, lt=70)", "steps.maximum"),
    Bug("a value of an enum is dropped", _T2V, '"9:16", "16:9"', '"9:16"', "aspect_ratio.enum"),
    Bug("a parameter is dropped", _T2V, "    seed: int = 42424242\n", "", "'seed'"),
    Bug("an address is any text", "_runtime/formats.py", "URI_PATTERN: Final = ", 'URI_PATTERN: Final = r"[\\s\\S]*" or ', "uri"),
    Bug("a required default is another", "segmind/wan2_1_t2v.py", '"video_length": 3}', '"video_length": 5}', "required_defaults.video_length"),
    Bug("required defaults are not sent", "_runtime/endpoint.py", "given.setdefault(name, value)", "given.get(name)", "required defaults", "segmind"),
    Bug("what was given is overwritten by the default", "_runtime/endpoint.py", "given.setdefault(name, value)", "given[name] = value", "as it was given", "segmind"),
    Bug("text is sent in another encoding", "_runtime/submission.py", "encode(body).encode()", 'encode(body).encode("latin-1", "replace")', "as it was given"),
    # Of the tables.
    Bug("a state is swapped", "fal/_provider.py", '"IN_PROGRESS": State(means="running"', '"IN_PROGRESS": State(means="queued"', "states.IN_PROGRESS.means: the spec says 'running'"),
    Bug("a final state is missed", "segmind/_provider.py", 'State(means="failed", http=422, error', 'State(means="running", http=422, error', "states.FAILED.means"),
    Bug("a path is wrong", "segmind/_provider.py", "/v2/requests/{request_id}/status", "/v2/requests/{request_id}", "urls.status_url.path"),
    Bug("a method is wrong", "fal/_provider.py", 'method="PUT",\n    ),\n    stream', 'method="POST",\n    ),\n    stream', "cancel.method: the spec says 'PUT'"),
    Bug("a pointer is wrong", "segmind/_provider.py", 'output="/output", decode="json_text"', 'output="/result", decode="json_text"', "result.output: the spec says '/output'"),
    Bug("retention counts from another moment", "segmind/_provider.py", 'counted_from="submit"', 'counted_from="end"', "retention.counted_from"),
    Bug("an error is repeated that may not be", "segmind/_errors.py", 'retry="never"', 'retry="after_delay"', "retry: the spec says 'never'"),
    # Of money.
    Bug("a submission is repeated after a time-out", "_runtime/submission.py", "            raise _unknown(context, submission, str(exc)) from exc\n", "            problem = _unknown(context, submission, str(exc))\n", "charged|unknown outcome|single POST"),
    Bug("a submission is repeated after a 5xx", "_runtime/submission.py", 'if refusal.retry != "after_delay" or refusal.accepted != "never":', "if False:", "submissions, where 1 are due"),
    Bug("an error with a 5xx is taken for a refusal", "_runtime/submission.py", "    raise _unknown(context, submission, f\"HTTP {reply.status}\", reply) from problem", "    return problem", "leaves open whether a job runs"),
    Bug("Retry-After is ignored", "_runtime/submission.py", "asked = refusal.retry_after", "asked = None", "3 s were asked for"),
    Bug("a date in Retry-After is not read", "_runtime/retry.py", "when = _date(value)", "when = None", "Retry-After"),
    Bug("two jobs share an id", "_runtime/submission.py", 'request_id = at(answer, asked.request_id)', 'request_id = "1"', "id|job"),
    # Of watching.
    Bug("the pace of the provider is ignored", "_runtime/polling.py", "return max(floor, _LEAST, min(", "return max(_LEAST, min(", "polls: ", "segmind"),
    Bug("early looks ignore the pace", "_runtime/polling.py", "return max(floor, min(max(2.0", "return max(0.0, min(max(2.0", "polls: ", "segmind"),
    Bug("a poll after the end", "_runtime/flows.py", "        if answers.is_final(told):\n            return (yield from _finish(context, handle, told, reply, deadline))\n        if told.means", "        if answers.is_final(told):\n            yield from _look(context, handle, deadline)\n            return (yield from _finish(context, handle, told, reply, deadline))\n        if told.means", "order|look|polls"),
    Bug("the caller's deadline is ignored", "_runtime/flows.py", "if limit is None else limit)", "if limit is None or limit else limit)", "Not sooner and not later"),
    Bug("a wait is over too late", "_runtime/flows.py", "deadline = begun.monotonic + (", "deadline = begun.monotonic + 30.0 + (", "Not sooner and not later"),
    Bug("a job that was cancelled is noted as failed", "_runtime/noting.py", 'return "cancelled"', 'return "failed"', "Failed or cancelled"),
    Bug("an unknown state ends the wait", "_runtime/answers.py", "return told.means in FINAL", "return told.means in FINAL or told.means is None", "PONDERING|state that the spec does not know|With one warning"),
    Bug("a handle is lost in an error", "_runtime/errors.py", "exc.handle = handle  # type: ignore[attr-defined]", "pass", "handle"),
    Bug("logs of a stream are lost", "_runtime/listening.py", "told = replace(told, logs=tuple(self.logs))", "pass", "logs of the look"),
    Bug("async does not await a listener's sleep", "_runtime/drive.py", "            await clock.asleep(step.seconds)", "            await clock.asleep(step.seconds / 2)", "async|looks|polls|-async"),
    Bug("async cancels nothing", "_runtime/job.py", "return await self._session.run(cancel(self._session.context, self.handle))", 'return "requested"', "-async|async unlike sync"),
    Bug("an answer to cancelling is misread", "_runtime/cancelling.py", 'return "requested" if reply.fine else None', 'return "cancelled" if reply.fine else None', "cancel"),
    # Of keys.
    Bug("the key goes wherever an answer points", "_runtime/context.py", "if given and _plain(given) and self.is_declared(given):", "if given and _plain(given):", "does not declare|secrets: |elsewhere"),
    Bug("redirects are followed with the key", "_runtime/exchanges.py", "follow_redirects=False)\n        try", "follow_redirects=True)\n        try", "redirect|led elsewhere"),
    Bug("the download takes the key along", "_runtime/files.py", "keyed = outcome.keyed and url == outcome.media[0]", "keyed = True", "the key never goes along|carry|key"),
    Bug("the key is in an error's words", "_runtime/context.py", 'return text.replace(key, "***") if key else text', "return text", "KEY in text|key"),
    Bug("the key is in a repr", "_runtime/context.py", "    __slots__ = ()\n\n    def __repr__(self) -> str:\n        return \"'***'\"", "    __slots__ = ()", "secrets: |key"),
    Bug("a header is missing", "_runtime/submission.py", '            "content-type": "application/json",\n', "", "the headers should be"),
    # Of files.
    Bug("saving is not atomic", "_runtime/disk.py", 'unfinished = path.with_name(f".{secrets.token_hex(8)}.part")\n    try:\n        with unfinished.open("xb") as file:\n            yield', 'unfinished = path\n    try:\n        with unfinished.open("wb") as file:\n            yield', "saved"),
    Bug("the length is not checked", "_runtime/exchanges.py", "written != int(stated):", "written > int(stated):", "than were announced"),
    Bug("base64 is not decoded", "_runtime/outcomes.py", "return base64.b64decode(whole", "return str.encode(whole", "is the file", "segmind"),
    Bug("a download has no limit", "_runtime/downloads.py", "if size > self._step.largest:", "if False:", "longer than allowed"),
    # Of webhooks.
    Bug("any signature is believed", "_runtime/signatures.py", "except (invalid, ValueError):  # ValueError: bytes that are no key\n                continue", "except (invalid, ValueError):\n                pass", "the client says|signature"),
    Bug("the time of a webhook is not looked at", "_runtime/webhooks.py", "if abs(off) > rule.tolerance:", "if False:", "time"),
    Bug("a replay is believed", "_runtime/webhooks.py", "    if again:\n", "    if False:\n", "replay|store of its own"),
    Bug("a failure counts as a success", "_runtime/webhooks.py", "succeeded = says(webhook.succeeded, body)", "succeeded = True", "job that failed"),
    # Of the journal.
    Bug("the intent is not written down", "_runtime/submission.py", "    if context.journal is not None:\n        yield from _intend(context, submission)\n", "", "The intent before anything is sent|journal"),
    Bug("the id is not written down", "_runtime/submission.py", "    if context.journal is not None:\n        yield from noting.accepted(context, submission.intent, handle)\n", "", "the id before the next request|journal"),
    Bug("what has expired is not noted", "_runtime/noting.py", "return unix - handle.submitted_at > kept.seconds", "return False", "that has passed|no longer kept"),
)  # fmt: skip
