"""Rules on parameters, types, samples and the output."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

UNKNOWN_TYPE: Final = Rule(
    "unknown-type",
    "A type is named that the file does not declare.",
    "neither a check nor a class can be made of it",
    wrong="input:\n  image: {type: Picture, about: The first frame.}\n",
    right=(
        "types:\n  Picture:\n    about: A picture.\n    fields: {url: {type: string, about: Its address.}}\n"
        "input:\n  image: {type: Picture, about: The first frame.}\n"
    ),
)
ENDLESS_TYPE: Final = Rule(
    "endless-type",
    "A type needs itself, so that no value of it has an end.",
    "nothing could ever be sent or read as that type",
    wrong=(
        "types:\n  Cut:\n    about: A cut.\n    fields: {then: {type: Cut, required: true, about: The next one.}}\n"
        "input:\n  cut: {type: Cut, about: The first cut.}\n"
    ),
    right=(
        "types:\n  Cut:\n    about: A cut.\n    fields: {then: {type: Cut, about: The next one.}}\n"
        "input:\n  cut: {type: Cut, about: The first cut.}\n"
    ),
    mend="leave out `required`, or put a list between",
)
MISFIT_KEY: Final = Rule(
    "misfit-key",
    "A key limits something that the type does not have.",
    "it would limit nothing, so the type or the key is wrong",
    wrong="input:\n  seconds: {type: integer, max_length: 10, about: Length of the clip.}\n",
    right="input:\n  seconds: {type: integer, maximum: 10, about: Length of the clip.}\n",
)
RANGE_UPSIDE_DOWN: Final = Rule(
    "range-upside-down",
    "The lower end of a range lies above the upper end.",
    "no value would fit",
    wrong="input:\n  seconds: {type: integer, minimum: 10, maximum: 5, about: Length of the clip.}\n",
    right="input:\n  seconds: {type: integer, minimum: 5, maximum: 10, about: Length of the clip.}\n",
    mend="swap the two",
)
BAD_PATTERN: Final = Rule(
    "bad-pattern",
    "A pattern is no regular expression, or not one that is matched in bounded time.",
    "nothing can be compared with it",
    wrong='input:\n  prompt: {pattern: "[a-z"}\n',
    right='input:\n  prompt: {pattern: "[a-z]"}\n',
    mend="write one without looking around or back, with a backslash before a sign that stands for itself",
)
EMPTY_ENUM: Final = Rule(
    "empty-enum",
    "The list of allowed values is empty.",
    "no value would be allowed",
    wrong="input:\n  prompt: {enum: []}\n",
    right="input:\n  prompt: {enum: [a cat, a dog]}\n",
    mend="list the values, or leave out `enum`",
)
DOUBLED_ENUM_VALUE: Final = Rule(
    "doubled-enum-value",
    "A value stands twice among the allowed ones.",
    "one of the two was meant to be something else",
    wrong="input:\n  prompt: {enum: [a cat, a cat]}\n",
    right="input:\n  prompt: {enum: [a cat, a dog]}\n",
    mend="delete one of the two",
)
ENUM_WRONG_TYPE: Final = Rule(
    "enum-wrong-type",
    "An allowed value is not of the parameter's type, or not within its other limits.",
    "it could never be sent",
    wrong="input:\n  seconds: {type: integer, enum: [5, ten], about: Length of the clip.}\n",
    right="input:\n  seconds: {type: integer, enum: [5, 10], about: Length of the clip.}\n",
    mend="correct the value or the type",
)
DEFAULT_WRONG_TYPE: Final = Rule(
    "default-wrong-type",
    "A default is not of the parameter's type.",
    "it is sent for everybody who leaves the parameter out, or told to them",
    wrong='input:\n  seconds: {type: integer, default: "5", about: Length of the clip.}\n',
    right="input:\n  seconds: {type: integer, default: 5, about: Length of the clip.}\n",
    mend="correct the default or the type",
)
DEFAULT_OUTSIDE_ENUM: Final = Rule(
    "default-outside-enum",
    "A default is not among the allowed values.",
    "it is sent for everybody who leaves the parameter out, or told to them",
    wrong="input:\n  mode: {type: string, enum: [fast, fine], default: fats, about: How to draw.}\n",
    right="input:\n  mode: {type: string, enum: [fast, fine], default: fast, about: How to draw.}\n",
)
DEFAULT_OUTSIDE_RANGE: Final = Rule(
    "default-outside-range",
    "A default lies outside the limits of the parameter: its range, length, pattern or fields.",
    "it is sent for everybody who leaves the parameter out, or told to them",
    wrong="input:\n  seconds: {type: integer, maximum: 10, default: 12, about: Length of the clip.}\n",
    right="input:\n  seconds: {type: integer, maximum: 10, default: 10, about: Length of the clip.}\n",
    mend="correct the default or the limit",
)
EXAMPLE_REFUSED: Final = Rule(
    "example-refused",
    "An example does not fit the schema beside it.",
    "the provider printed both, so the schema or the copy is wrong",
    wrong="output:\n  examples: [{value: clip.mp4}]\n",
    right='output:\n  examples: [{value: "https://reel.test/clip.mp4"}]\n',
    mend="correct one of the two; if the page itself is wrong, keep its example and say so in `defect`",
)
DEFECT_WITHOUT_DEFECT: Final = Rule(
    "defect-without-defect",
    "An example is marked as defective, but fits its schema.",
    "the mark would hide the next mistake",
    wrong='output:\n  examples: [{value: "https://reel.test/clip.mp4", defect: The address is cut.}]\n',
    right='output:\n  examples: [{value: "https://reel.test/clip.mp4"}]\n',
    mend="delete `defect`",
)
SAMPLE_REFUSED: Final = Rule(
    "sample-refused",
    "A payload from the documentation is refused by the input as it is written here.",
    "the provider's own sample works, so the input or the copy is wrong",
    wrong="samples:\n  page: {input: {prompt: [a cat]}}\n",
    right="samples:\n  page: {input: {prompt: a cat}}\n",
    mend="correct one of the two",
)
UNKNOWN_FIELD: Final = Rule(
    "unknown-field",
    "A sample or example has a field that the spec does not know.",
    "a parameter is missing in the spec, or the copy is wrong",
    wrong="samples:\n  page: {input: {prompt: a cat, sed: 5}}\n",
    right="samples:\n  page: {input: {prompt: a cat}}\n",
)
ITEMS_NOT_SAID: Final = Rule(
    "items-not-said",
    "It is not said what a list holds.",
    "anything at all would pass as its items, and nothing could be checked before it is paid for",
    wrong="input:\n  tags: {type: array, about: What it shows.}\n",
    right="input:\n  tags: {type: array, items: {type: string}, about: What it shows.}\n",
    mend="add `items:` with their type; where the page says nothing, look in its samples and say `certainty: inferred`",
    severity="warning",
)
FILE_NOT_SAID: Final = Rule(
    "file-not-said",
    "The output holds an address, but nothing is said to be a file.",
    "without its main file a result has nothing to save; if the address is none, all is well",
    wrong="output: {type: object, about: What comes out., fields: {url: {format: uri, about: Address of the clip.}}}\n",
    right=(
        "output:\n  type: object\n  media: /url\n  about: What comes out.\n"
        "  fields: {url: {format: uri, media: video, about: Address of the clip.}}\n"
    ),
    mend="write `media: video` (or image, audio) at the file, and point to it; `type: string` alone says no address",
    severity="warning",
)
MEDIA_LEADS_NOWHERE: Final = Rule(
    "media-leads-nowhere",
    "The pointer to the main file of the output does not lead to one.",
    "there would be nothing to save",
    wrong=(
        "output:\n  type: object\n  media: /vidoe\n  fields:\n"
        "    video: {type: string, format: uri, media: video, about: The clip.}\n"
    ),
    right=(
        "output:\n  type: object\n  media: /video\n  fields:\n"
        "    video: {type: string, format: uri, media: video, about: The clip.}\n"
    ),
)
