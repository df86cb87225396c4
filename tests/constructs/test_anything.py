"""Whatever is sent to a provider of any kind: it answers, and never breaks."""

from __future__ import annotations

import json
from typing import Any

from constructed import Case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsheet.contract.exchanges.recordings import KEY
from callsheet.emulator import Emulator, Options, Request, State
from callsheet.emulator.requests.routes import MEDIA_PATH, UPLOAD_PATH, Routes

NOW = 1_800_000_000.0

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
words = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


def requests(case: Case) -> st.SearchStrategy[Any]:
    """Requests to the provider's own addresses, with more or less of what they ask for."""
    routes = [route for known in Routes(case.plan)._routes.values() for route in known]
    expected = case.expected
    bodies = st.one_of(
        anything,
        st.just(expected["sent"]["body"]),
        st.just(expected["refused_there"]),
        st.builds(dict, prompt=anything),
    )
    fixed = {"content-type": "application/json", **case.provider.spec.headers}

    @st.composite
    def drawn(draw: st.DrawFn) -> Any:
        route = draw(st.sampled_from(routes))
        own = [MEDIA_PATH, UPLOAD_PATH, route.pattern, route.pattern]
        about = draw(st.sampled_from(own)).replace("{+request_id}", "@").replace("{request_id}", "@")
        path = about + draw(st.sampled_from(["", "", "/", "x.mp4"]))
        path = path if "{" not in path else draw(words)
        options = [option for way in case.provider.spec.ways for option in way.submit.options]
        some = st.dictionaries(st.sampled_from([option.wire for option in options] or ["x"]), words, max_size=2)
        header, value = case.provider.table.credential.header, case.provider.table.credential.value
        key = {header or "x": value.replace("{key}", KEY)} if draw(st.booleans()) else {}
        query = {**route.query, **draw(some), case.provider.table.credential.query or "y": KEY}
        raw = st.one_of(bodies.map(lambda body: json.dumps(body).encode()), st.binary(max_size=20))
        return Request(
            host=route.host,
            origin="http://127.0.0.1:1",
            method=draw(st.sampled_from([route.method, "GET", "POST", "PUT", "DELETE"])),
            path=path,
            query={name: text.replace("{request_id}", "@") for name, text in query.items()},
            headers=tuple({**fixed, **key, **draw(some)}.items()),
            body=draw(raw),
        )

    return st.lists(st.tuples(drawn(), st.floats(0, 300)), max_size=8)


def test_every_request_is_answered(case: Case) -> None:
    """Any request at any time, to a new provider or about a job that there is: an answer that says what it is."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(case))
    def holds(asked: Any) -> None:
        emulator, state, now = Emulator(case.plan, Options(keys=frozenset({KEY}))), State(), NOW
        for request, later in asked:
            now += later
            last = next(iter(state.jobs), "nobody")
            about = Request(
                request.host,
                request.origin,
                request.method,
                request.path.replace("@", last),
                {name: value.replace("@", last) for name, value in request.query.items()},
                request.headers,
                request.body,
            )
            state, reply, effects = emulator.handle(state, about, now)
            assert 200 <= reply.status < 600
            assert len(effects) <= 1
            if dict(reply.headers).get("content-type") == "application/json":
                json.loads(reply.body, parse_constant=lambda text: (_ for _ in ()).throw(AssertionError(text)))
            watch, again = reply.watch, now
            while watch is not None and again is not None:
                look = emulator.look(state, watch, again)
                assert look.again is None or look.again > again
                watch, again = look.watch, look.again
        assert len(state.ledger) == len(state.jobs) == state.submissions

    holds()
