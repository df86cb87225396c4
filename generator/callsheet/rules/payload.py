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
    "A payload is no object.",
    "an endpoint takes its parameters by name",
    wrong='["a cat"]',
    right='{"prompt": "a cat"}',
    mend="write the parameters as an object, name by name",
    example="payload",
)
JSON_SYNTAX: Final = Rule(
    "json-syntax",
    "The text is not JSON.",
    "from there on nothing can be read",
    wrong='{"prompt": "a cat",}',
    right='{"prompt": "a cat"}',
    mend="mend the line, or the one before it",
    example="json",
)
PAYLOAD_EMPTY: Final = Rule(
    "payload-empty",
    "There is no payload.",
    "an empty file is more likely a mishap than a wish to send nothing",
    wrong=" \n",
    right='{"prompt": "a cat"}',
    mend="write the parameters as an object; {} leaves every one of them out",
    example="json",
)
PAYLOAD_NO_TEXT: Final = Rule(
    "payload-no-text",
    "A payload is not text in UTF-8.",
    "JSON and YAML are; letters of a prompt would come out wrong",
    wrong="in.json     (UTF-16, or an image)",
    right="in.json     (UTF-8)",
    mend="save the file as UTF-8, or see whether another file got this name",
    example="folder",
)
PAYLOAD_TOO_LARGE: Final = Rule(
    "payload-too-large",
    "A payload is larger than any that could be sent.",
    "it is read whole before it is judged",
    wrong="in.json     (a video of 2 GB as base64 text)",
    right="in.json     (the address of the video)",
    mend="put large files somewhere, and give their addresses",
    example="folder",
)
PAYLOAD_UNREADABLE: Final = Rule(
    "payload-unreadable",
    "A file cannot be read.",
    "what it says is not known",
    wrong="in.json     (a named pipe that nobody writes to)",
    right="in.json     (a file)",
    mend="look at its permissions, and where it leads if it is a link",
    example="folder",
)
