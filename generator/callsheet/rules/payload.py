"""Rules on payloads: what an endpoint would refuse, said before anything is sent."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

_LATE: Final = "the provider would queue the job first and report this minutes later"

PAYLOAD_MISSING: Final = Rule(
    "payload-missing",
    "A payload lacks a parameter that has to be given.",
    _LATE,
    wrong='{"seed": 5}',
    right='{"prompt": "a cat"}',
    example="payload",
)
PAYLOAD_UNKNOWN: Final = Rule(
    "payload-unknown",
    "A payload has a parameter that the endpoint does not know.",
    "providers ignore it in silence, so a typing error changes what is made and is charged all the same",
    wrong='{"prompt": "a cat", "sed": 5}',
    right='{"prompt": "a cat", "seed": 5}',
    example="payload",
)
PAYLOAD_TYPE: Final = Rule(
    "payload-type",
    "A value is of another type than the parameter.",
    _LATE,
    wrong='{"prompt": 5}',
    right='{"prompt": "5"}',
    example="payload",
)
PAYLOAD_ENUM: Final = Rule(
    "payload-enum",
    "A value is not one of those that are allowed.",
    _LATE,
    wrong='{"prompt": "a cat", "mode": "Replace"}',
    right='{"prompt": "a cat", "mode": "replace"}',
    example="payload",
)
PAYLOAD_RANGE: Final = Rule(
    "payload-range",
    "A value lies outside the limits of the parameter.",
    _LATE,
    wrong='{"prompt": "a cat", "steps": 0}',
    right='{"prompt": "a cat", "steps": 10}',
    example="payload",
)
PAYLOAD_PATTERN: Final = Rule(
    "payload-pattern",
    "A text does not have the form of the parameter, for example a URI.",
    "the provider fetches the file from there, after it has queued the job",
    wrong='{"prompt": "a cat", "image": "cat.png"}',
    right='{"prompt": "a cat", "image": "https://reel.test/cat.png"}',
    example="payload",
)
PAYLOAD_RULE: Final = Rule(
    "payload-rule",
    "Parameters of a payload do not go together.",
    _LATE,
    wrong='{"prompt": "a cat", "last_image": "https://reel.test/end.png"}',
    right='{"prompt": "a cat", "last_image": "https://reel.test/end.png", "image": "https://reel.test/cat.png"}',
    example="payload",
)
PAYLOAD_NO_OBJECT: Final = Rule(
    "payload-no-object",
    "A payload is no JSON object, or no JSON and no YAML at all.",
    "an endpoint takes its parameters by name",
    wrong='["a cat"]',
    right='{"prompt": "a cat"}',
    mend="write the parameters as an object, name by name",
    example="payload",
)
