"""The OpenAPI document of each host: sound, whole, and true of what the host answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from emulated import NOW, ORIGIN
from jsonschema import Draft202012Validator

from callsheet.emulator import Emulator, Options, Request, State
from callsheet.emulator.openapi import VERSION, document
from callsheet.emulator.requests.routes import Routes
from callsheet.plan.model import Plan

SENT = {
    "fal": {"authorization": "Key test-key"},
    "segmind": {"x-api-key": "test-key"},
}


def documents(plan: Plan) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Each host with what its own address gives."""
    emulator = Emulator(plan, Options())
    for host in emulator.hosts:
        request = Request(host, ORIGIN, "GET", "/__callsheet__/openapi.json")
        _, reply, _ = emulator.handle(State(), request, NOW)
        assert reply.status == 200
        yield host, reply.json()


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation."""
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_has_the_form_that_the_standard_asks_for(plan: Plan) -> None:
    """Version, answers, parameters of paths, schemes that exist, schemas that are some; no parameter comes twice."""
    for _, told in documents(plan):
        assert told["openapi"] == VERSION
        assert told["info"].keys() >= {"title", "version"}
        schemes = told["components"]["securitySchemes"]
        assert all(scheme.keys() >= {"type", "in", "name"} for scheme in schemes.values())
        for path, method, operation in operations(told):
            assert path.startswith("/")
            assert method in {"get", "put", "post", "delete", "patch"}
            assert all(re.fullmatch("[1-5][0-9][0-9]", code) for code in operation["responses"])
            assert all(one["description"] for one in operation["responses"].values())
            parameters = operation.get("parameters", [])
            in_path = {one["name"] for one in parameters if one["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path))
            assert len({(one["in"], one["name"]) for one in parameters}) == len(parameters)
            assert all(name in schemes for key in operation.get("security", []) for name in key)
            for one in parameters:
                Draft202012Validator.check_schema(one["schema"])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                Draft202012Validator.check_schema(content.get("schema", {}))
                assert '"$ref"' not in json.dumps(content)
                for sample in content.get("examples", {}).values():
                    Draft202012Validator(content["schema"]).validate(sample["value"])


def test_what_it_names_is_there(plan: Plan) -> None:
    """Each operation, sent as it is described, is answered with a code that it lists, and not as an unknown address."""
    emulator = Emulator(plan, Options(seconds=0))
    for host, told in documents(plan):
        for path, method, operation in operations(told):
            content = operation.get("requestBody", {}).get("content", {})
            examples = content.get("application/json", {}).get("examples", {})
            body = next((one["value"] for one in examples.values()), {})
            parameters = [one for one in operation.get("parameters", []) if one["in"] == "query" and one["required"]]
            headers = {**SENT[host[0]], "content-type": next(iter(content), "application/json")}
            request = Request(
                host,
                ORIGIN,
                method.upper(),
                re.sub(r"\{\w+\}", "made-up", path),
                {one["name"]: one["schema"].get("enum", ["x"])[0] for one in parameters},
                tuple(headers.items()),
                json.dumps(body).encode(),
            )
            _, reply, _ = emulator.handle(State(), request, NOW)
            assert str(reply.status) in operation["responses"], (path, reply)
            assert reply.status != 405
            if examples:
                assert reply.status == 200


def test_the_whole_of_a_host_is_in_it(plan: Plan) -> None:
    """Submissions of all models, looks, cancelling, uploads in all ways, and what is about no job."""
    told = dict(documents(plan))
    queue = {(path, method) for path, method, _ in operations(told["fal", "queue"])}
    job = "/fal-ai/scail-2/requests/{request_id}"
    assert queue >= {("/fal-ai/scail-2", "post"), (job, "get"), (f"{job}/status", "get"), (f"{job}/cancel", "put")}
    assert "/storage/upload/initiate" in told["fal", "rest"]["paths"]
    (query,) = told["fal", "rest"]["paths"]["/storage/upload/initiate"]["post"]["parameters"]
    assert query["schema"]["enum"] == ["fal-cdn-v3", "gcs"]
    assert "/v1/get-user-credits" in told["segmind", "api"]["paths"]
    priority = next(one for one in told["fal", "queue"]["paths"]["/fal-ai/scail-2"]["post"]["parameters"])
    assert (priority["in"], priority["schema"]["enum"]) == ("header", ["normal", "low"])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_only_read(plan: Plan, method: str) -> None:
    """By GET, and by HEAD."""
    emulator = Emulator(plan, Options())
    request = Request(("fal", "queue"), ORIGIN, method, "/__callsheet__/openapi.json")
    assert emulator.handle(State(), request, NOW)[1].status == 405


def test_it_is_pure(plan: Plan) -> None:
    """Made twice, it is the same, and leads to where it was asked for."""
    host = ("segmind", "api")
    routes = Routes(plan).at(host)
    made = [document(plan.provider("segmind"), host, routes, "https://x.example") for _ in range(2)]
    assert made[0] == made[1]
    assert made[0]["servers"] == [{"url": "https://x.example"}]
