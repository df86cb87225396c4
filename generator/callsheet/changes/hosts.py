"""Hosts that moved: one change, however many addresses begin with one."""

from __future__ import annotations

from dataclasses import dataclass

from callsheet.facts import Facts
from callsheet.plan.model import ProviderPlan
from callsheet.source.nodes import Plain


@dataclass(frozen=True, slots=True)
class Moves:
    """Names of hosts with the URL that each had and has."""

    hosts: tuple[tuple[str, str, str], ...]

    def followed(self, facts: Facts) -> Facts:
        """Facts as they would be if nothing but the hosts had moved."""
        if not self.hosts:
            return facts
        return {tuple(map(self._text, path)): self._value(value) for path, value in facts.items()}

    def _value(self, value: Plain) -> Plain:
        match value:
            case str():
                return self._text(value)
            case list():
                return [self._value(one) for one in value]
            case _:
                return value

    def _text(self, text: str) -> str:
        for _, old, new in self.hosts:
            if text == old or text.startswith(f"{old}/"):
                return f"{new}{text.removeprefix(old)}"
        return text


def moves(old: ProviderPlan, new: ProviderPlan) -> Moves:
    """The hosts of one name that have another URL. One that takes over the URL of another has not moved."""
    before, after = ({host.name: host.url for host in provider.spec.hosts} for provider in (old, new))
    return Moves(
        tuple(
            (name, url, after[name])
            for name, url in before.items()
            if name in after and after[name] != url and url not in after.values() and after[name] not in before.values()
        )
    )
