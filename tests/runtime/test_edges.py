"""Small parts at their edges: processes, tables, places of files."""

from __future__ import annotations

import os
import platform

import lab
import pytest

from callsheet.runtime import media
from callsheet.runtime.plainjson import Copier
from callsheet.runtime.processes import identity, is_gone
from callsheet.runtime.tables import Model


def test_a_process_is_gone_only_where_that_is_certain() -> None:
    """One of another machine may live; a number that nobody has is of nobody; another birth is another process."""
    here, own = platform.node(), os.getpid()

    assert not is_gone(own, here, None)
    assert not is_gone(own, f"not-{here}", None)
    assert not is_gone(0, here, None)
    assert not is_gone(-1, here, None)
    assert is_gone(2**62, here, None)
    assert not is_gone(2**62, f"not-{here}", None)
    if (born := identity()["born"]) is not None:
        assert not is_gone(own, here, str(born))
        assert is_gone(own, here, f"{born}0")


def test_a_table_is_asked_for_what_it_is() -> None:
    """A queue is no blocking call, nor the other way round."""
    queue = Model("a", lab.QUEUE, {}, {}, None)
    call = Model("a", lab.CALL.protocol, {}, {}, None)

    assert (queue.queue, call.blocking) == (lab.QUEUE, lab.CALL.protocol)
    with pytest.raises(TypeError, match="no blocking call"):
        _ = queue.blocking
    with pytest.raises(TypeError, match="no queue"):
        _ = call.queue


@pytest.mark.parametrize(
    ("pattern", "payload"),
    [
        ("clips/*/url", {"clips": [{"url": lab.PNG}]}),
        ("a~1b", {"a/b": lab.PNG}),
        ("a~0b/c", {"a~b": {"c": lab.PNG}}),
        ("a~01b/c", {"a~1b": {"c": lab.PNG}}),
    ],
)
def test_a_file_is_found_wherever_it_may_stand(pattern: str, payload: dict[str, object]) -> None:
    """Within lists and objects, and under names with a slash or a tilde, which are written as in JSON pointers."""
    model = Model("a", lab.CALL.protocol, {}, {}, None, files={pattern: "image"})

    assert media.within(model, payload)
    assert not media.within(model, {"other": lab.PNG})


@pytest.mark.parametrize(("levels", "fine"), [(101, True), (102, False)])
def test_an_input_is_nested_a_hundred_times_at_most(levels: int, *, fine: bool) -> None:
    """Within the outermost; more is a fault of the input and no stack that overflows."""
    value: object = 1
    for _ in range(levels):
        value = [value]
    copier = Copier()
    copier.copy(value, "")

    assert (copier.found == []) == fine
