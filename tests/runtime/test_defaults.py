"""What is meant where a table or an option is silent. Tables leave defaults out, so a default is a fact of theirs."""

from __future__ import annotations

from dataclasses import MISSING, fields
from math import inf
from typing import Any

import pytest

from callsheet.runtime import addresses, context, handle, offers, steps, tables, words

SILENT: dict[type[Any], dict[str, object]] = {
    addresses.Address: {"query": {}, "only_given": False},
    context.Options: {
        "timeout": None,
        "on_update": None,
        "request_timeout": 30.0,
        "submit_timeout": 60.0,
        "submit_attempts": 5,
        "submit_patience": 60.0,
        "read_attempts": 5,
        "download_timeout": 3600.0,
        "download_limit": 4 * 1024**3,
        "strict": False,
        "stream": False,
        "extra": {},
        "call": {},
        "spool": None,
    },
    handle.Handle: {"urls": {}, "submitted_at": None, "path": {}},
    handle.Update: {"position": None, "percent": None, "logs": (), "message": None, "code": None, "body": None},
    offers.Files: {
        "data_uris": False,
        "largest_data_uri": None,
        "upload": (),
        "file_url": "",
        "largest_upload": None,
    },
    offers.Option: {"type": "string", "one_of": None, "minimum": None, "above": None, "maximum": None},
    offers.Signature: {
        "encoding": "hex",
        "prefix": "",
        "keys": None,
        "keys_for": 24 * 3600.0,
        "secret": None,
        "secret_prefix": "",
        "secret_encoding": "text",
        "tolerance": 300.0,
    },
    offers.UploadStep: {"takes": {}, "method": "POST", "headers": {}},
    offers.Webhook: {"option": None, "output": "", "message": None, "signature": None},
    steps.Call: {
        "headers": {},
        "body": None,
        "secret_query": "",
        "spool": None,
        "file": None,
        "stall": None,
        "largest": None,
    },
    steps.Fetch: {"headers": {}, "secret_query": "", "within": inf, "largest": inf},
    tables.Blocking: {
        "output": "",
        "media": (),
        "decode": "json",
        "cutoff": None,
        "request_id_header": None,
        "headers": {},
        "credential": None,
    },
    tables.Cancel: {"method": "POST"},
    tables.CancelAnswer: {"match": {}},
    tables.Credential: {"header": None, "query": None},
    tables.ErrorBody: {"code": (), "code_header": None},
    tables.ErrorRow: {"on": (), "protocols": (), "code": None, "match": {}, "moderation": False},
    tables.File: {"at": "", "method": "GET", "url": None},
    tables.Logs: {"time": None, "level": None},
    tables.Model: {"media": "", "chosen_path": {}, "body": (), "defaults": {}, "files": {}, "wire_names": {}},
    tables.Provider: {"headers": {}, "files": None, "webhook": None},
    tables.Queue: {
        "file": None,
        "cancel": None,
        "stream": None,
        "headers": {},
        "credential": None,
        "retention": None,
        "pace_header": None,
        "poll_floor": 0.0,
    },
    tables.Result: {
        "media": (),
        "decode": "json",
        "method": "GET",
        "http": 200,
        "early": "status",
        "failed": "error",
    },
    tables.Retention: {"large_bytes": None, "large_seconds": None},
    tables.State: {"http": 200, "next": (), "error": None, "by_http": False, "seen": None},
    tables.Status: {
        "method": "GET",
        "query": {},
        "position": None,
        "percent": None,
        "percent_of": 100,
        "logs": None,
        "failure_message": None,
        "failure_code": None,
    },
    tables.Stream: {"at": "", "query": {}, "logs": "cumulative"},
    tables.Submit: {
        "request_id": "",
        "urls": {},
        "method": "POST",
        "http": 200,
        "headers": {},
        "query": {},
        "body": "{input}",
        "options": {},
    },
    words.Criterion: {"one_of": None, "none_of": None, "minimum": None, "maximum": None, "present": True},
}


@pytest.mark.parametrize("kind", SILENT, ids=lambda kind: kind.__name__)
def test_what_is_not_said_means_this(kind: type[Any]) -> None:
    """A client that somebody vendored means the same by what its tables leave out, whatever the release."""
    shown = {
        field.name: field.default if field.default is not MISSING else field.default_factory()
        for field in fields(kind)
        if field.default is not MISSING or field.default_factory is not MISSING
    }

    assert SILENT[kind] == shown
    assert {name: type(value) for name, value in SILENT[kind].items()} == {
        name: type(value) for name, value in shown.items()
    }
