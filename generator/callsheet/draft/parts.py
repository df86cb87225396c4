"""What is said of a parameter or an output and of the parts within it, as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from callsheet.draft.gathered import Gathered, Told
from callsheet.source.nodes import Plain

ITEM: Final = "0"
"""The step to what a list holds."""


@dataclass(slots=True)
class Part:
    """Words and their values, wording, and the parts within."""

    words: dict[str, Told] = field(default_factory=dict[str, Told])
    about: Told | None = None
    parts: dict[str, Part] = field(default_factory=dict[str, "Part"])
    at: str = ""
    """What its facts are filed under: a parameter and the steps within it, or a pointer into the output."""

    def __getitem__(self, word: str) -> Plain:
        """What a word says; None where it is not there, too."""
        told = self.words.get(word)
        return None if told is None else told.value

    def below(self, steps: list[str]) -> Part:
        """The part at some steps, made where it is not there yet."""
        part = self
        for step in steps:
            escaped = step.replace("~", "~0").replace("/", "~1")
            part = part.parts.setdefault(step, Part(at=f"{part.at}/{escaped}"))
        return part

    def types(self) -> list[str]:
        """The names of its types; none where nothing is said."""
        said = self["type"]
        named = said if isinstance(said, list) else [said]
        return [one for one in named if isinstance(one, str)]

    def fields(self) -> list[str]:
        """The names of its fields, in the order of the page."""
        said = self["fields"]
        named = [str(name) for name in said] if isinstance(said, list) else []
        # A list has its item at `0`, and so would an object with a field of that name.
        others = [name for name in self.parts if name not in named and not (name == ITEM and self.is_list())]
        return named + others

    def facts(self) -> dict[str, dict[str, Plain]]:
        """All that is said of it and of what is within it, by `at`."""
        whole = {word: told.value for word, told in self.words.items()}
        said = {word: value for word, value in whole.items() if word == "default" or not isinstance(value, dict)}
        found = {self.at: said} if said else {}
        for part in self.parts.values():
            found |= part.facts()
        return found

    def is_list(self) -> bool:
        """Whether it may be a list."""
        return "array" in self.types() or (not self.types() and list(self.parts) == [ITEM])


def parameters(gathered: Gathered) -> dict[str, Part]:
    """The parameters by name, in the order of the first page that lists them."""
    listed = gathered["parameter_names",]
    names = [str(name) for name in listed] if isinstance(listed, list) else []
    found = {name: Part(at=name) for name in names}
    for path, told, word in _all(gathered, "parameters"):
        name, steps = _split(path, names)
        part = found.setdefault(name, Part(at=name)).below(steps)
        _say(part, word, told)
    return found


def output(gathered: Gathered) -> Part:
    """The output as a whole."""
    root = Part()
    for pointer, told, word in _all(gathered, "output"):
        _say(root.below(_steps(pointer)), word, told)
    return root


def _all(gathered: Gathered, kind: Literal["parameters", "output"]) -> Iterator[tuple[str, Told, str]]:
    for path, told in [*gathered.facts.items(), *gathered.abouts.items()]:
        match path:
            case (first, name, word) if first == kind:
                yield name, told, word
            case _:
                pass


def _say(part: Part, word: str, told: Told) -> None:
    if word == "about":
        part.about = told
    else:
        part.words[word] = told


def _split(path: str, names: list[str]) -> tuple[str, list[str]]:
    """A parameter and the steps within it. A parameter's own name may hold slashes."""
    if path in names:
        return path, []
    known = [name for name in names if path.startswith(f"{name}/")]
    name = max(known, key=len) if known else path.partition("/")[0]
    return name, _steps(path[len(name) :])


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
