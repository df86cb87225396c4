"""Rules on the structure of a spec: which keys there are, and what may stand at them."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

WRONG_HEADER: Final = Rule(
    "wrong-header",
    "The first key does not say the kind of file that the file name stands for.",
    "the language may grow; a file says which kind and version it was written for",
    wrong="callsheet: model/7\n",
    right="callsheet: model/1\n",
)
UNKNOWN_KEY: Final = Rule(
    "unknown-key",
    "A key is not part of the spec language.",
    "what it says would be ignored, most likely because of a typing error",
    wrong="input:\n  prompt: {requierd: true}\n",
    right="input:\n  prompt: {required: true}\n",
)
MISSING_KEY: Final = Rule(
    "missing-key",
    "A key that is always needed is not there.",
    "silence is no fact; where a page says nothing, the spec says that it does not",
    wrong="input:\n  seed: {type: integer}\n",
    right="input:\n  seed: {type: integer, about: Fixes the randomness.}\n",
)
WRONG_TYPE: Final = Rule(
    "wrong-type",
    "Something else stands where text, a number, a list or a mapping is expected.",
    "it cannot be read as what the key means",
    wrong="protocols: queue\n",
    right="protocols: [queue]\n",
)
UNKNOWN_WORD: Final = Rule(
    "unknown-word",
    "A word is not one of those that the spec language knows at this place.",
    "each of them has a fixed meaning for client and emulator; a guess could cost money",
    wrong="errors:\n  bad_input: {retry: perhaps}\n",
    right="errors:\n  bad_input: {retry: never}\n",
    example="provider",
)
MALFORMED: Final = Rule(
    "malformed",
    "A text does not have the form that is expected at this place.",
    "it could not be read as what the key means",
    wrong="client_version: version one\n",
    right='client_version: "1.0.0"\n',
    example="provider",
)
EMPTY_VALUE: Final = Rule(
    "empty-value",
    "A text, list or mapping is empty that has to say something.",
    "silence is no fact",
    wrong='about: ""\n',
    right="about: Makes a clip.\n",
)
REPEATED_ITEM: Final = Rule(
    "repeated-item",
    "A list names the same thing twice.",
    "one of the two was meant to be something else, or is left over",
    wrong="protocols: [queue, queue]\n",
    right="protocols: [queue]\n",
    mend="delete one of them",
)
OUT_OF_BOUNDS: Final = Rule(
    "out-of-bounds",
    "A number is smaller or larger than it can be at this place.",
    "it cannot be what was meant",
    wrong="typical: {seconds: -30}\n",
    right="typical: {seconds: 30}\n",
)
