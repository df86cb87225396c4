"""Rules on what changes between two versions of a contract, each with its class and the reason for it.

The class is the caller's point of view, whose client is generated anew from the new version: see `callsheet.changes`.
Here is what callers send; `rules.change_answers` has what they get back, `rules.change_ways` how the two travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from callsheet.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class ChangeRule(Rule):
    """A kind of change. `wrong` is a change that it names, `right` a similar one that it does not."""

    kind: Literal["breaking", "additive", "editorial"] = "breaking"


def breaking(  # noqa: PLR0913, PLR0917 - a rule has so many parts
    id_: str, summary: str, why: str, wrong: str, right: str, mend: str
) -> ChangeRule:
    """A change that makes a right call wrong, or an answer something else."""
    return ChangeRule(id_, summary, why, wrong, right, mend, "folder", "error")


def additive(id_: str, summary: str, why: str, wrong: str, right: str) -> ChangeRule:
    """A change that makes more possible and nothing wrong."""
    return ChangeRule(id_, summary, why, wrong, right, "", "folder", "warning", "additive")


def editorial(id_: str, summary: str, why: str, wrong: str, right: str) -> ChangeRule:
    """A change that touches no call and no answer."""
    return ChangeRule(id_, summary, why, wrong, right, "", "folder", "warning", "editorial")


PARAMETER_GONE: Final = breaking(
    "parameter-gone",
    "A parameter, or a field within one, is no longer there.",
    "a call that gives it is refused",
    wrong="`seed` is gone",
    right="`seed` is deprecated",
    mend="stop giving it; where a new one has taken its place, give that",
)
PARAMETER_NEW: Final = additive(
    "parameter-new",
    "There is a new parameter, or a new field within one, that may be left out.",
    "calls that do not give it stay right",
    wrong="`guidance` is new and optional",
    right="`guidance` is new and required",
)
REQUIRED_PARAMETER_NEW: Final = breaking(
    "required-parameter-new",
    "There is a new parameter, or a new field within one, that has to be given.",
    "every call of before lacks it",
    wrong="`resolution` is new and required",
    right="`resolution` is new and required, with a default that the client sends",
    mend="give it in every call",
)
NEWLY_REQUIRED: Final = breaking(
    "newly-required",
    "A parameter that could be left out has to be given.",
    "a call that leaves it out is refused",
    wrong="`seed` is required now, and has no default",
    right="`seed` is required now, and the client sends its default",
    mend="give it in every call",
)
REQUIRED_WITH_DEFAULT: Final = additive(
    "required-with-default",
    "A parameter that could be left out is always sent now, with its default unless the caller gives another value.",
    "a call that leaves it out stays right; a client of before does not send it, so generate anew",
    wrong="`mode` is required now, with the default that it had",
    right="`mode` is required now, and has no default",
)
NO_LONGER_REQUIRED: Final = additive(
    "no-longer-required",
    "A parameter that had to be sent may be left out.",
    "calls that give it stay right",
    wrong="`prompt` is optional now",
    right="`prompt` is required now",
)
ALLOWED_VALUE_GONE: Final = breaking(
    "allowed-value-gone",
    "A value is no longer among those that are allowed.",
    "a call that gives it is refused",
    wrong='"480p" is no longer allowed',
    right='"1080p" is allowed, too',
    mend="give one of the values that are left",
)
ALLOWED_VALUE_NEW: Final = additive(
    "allowed-value-new",
    "A value is allowed that was not.",
    "the others stay right",
    wrong='"1080p" is allowed, too',
    right='"480p" is no longer allowed',
)
VALUES_LIMITED: Final = breaking(
    "values-limited",
    "Only listed values are allowed where any was.",
    "a call that gives another is refused",
    wrong="`fps` may be 24 or 30, and could be any number",
    right="`fps` may be 24, 30 or 60, and could be 24 or 30",
    mend="give one of the values that are listed",
)
VALUES_UNLIMITED: Final = additive(
    "values-unlimited",
    "Any value is allowed where only listed ones were.",
    "the listed ones stay right",
    wrong="`fps` may be any number, and could be 24 or 30",
    right="`fps` may be any number up to 60, as before",
)
LIMIT_TIGHTENED: Final = breaking(
    "limit-tightened",
    "A limit leaves less than before: a number, a length, how many items, what it has to be a multiple of.",
    "a call beyond it is refused",
    wrong="`steps` may be 40 at most, and could be 50",
    right="`steps` may be 50 at most, and could be 40",
    mend="keep to the new limit",
)
LIMIT_LOOSENED: Final = additive(
    "limit-loosened",
    "A limit leaves more than before, or is gone.",
    "what was within it stays right",
    wrong="`steps` may be 50 at most, and could be 40",
    right="`steps` may be 40 at most, and could be 50",
)
LIMIT_REWORDED: Final = editorial(
    "limit-reworded",
    "A limit is said in other words and leaves the same.",
    "no value becomes right or wrong",
    wrong="an integer is at least 1, and was greater than 0",
    right="an integer is at least 2, and was greater than 0",
)
PATTERN_ASKED: Final = breaking(
    "pattern-asked",
    "A text has to match a pattern that it did not have to.",
    "a text that does not match is refused; whether one pattern allows all that another does cannot be told",
    wrong="`ratio` has to match `^[0-9]+:[0-9]+$`",
    right="`ratio` has to match no pattern any more",
    mend="see that what is given matches",
)
PATTERN_GONE: Final = additive(
    "pattern-gone",
    "A text has to match no pattern any more.",
    "what matched stays right",
    wrong="`ratio` has no pattern any more",
    right="`ratio` has another pattern",
)
FORMAT_ASKED: Final = breaking(
    "format-asked",
    "A value has to be of a format that it did not have to be of.",
    "a value of another format is refused",
    wrong="`image` has to be an address, and could be any text",
    right="`image` can be any text, and had to be an address",
    mend="give the value in that format",
)
FORMAT_GONE: Final = additive(
    "format-gone",
    "A value has to be of no format any more.",
    "what was of that format stays right",
    wrong="`image` can be any text, and had to be an address",
    right="`image` has to be an address, and could be any text",
)
TYPE_CHANGED: Final = breaking(
    "type-changed",
    "A type that a value could be of is no longer taken.",
    "a call that gives a value of that type is refused",
    wrong="`seed` is an integer, and was a number",
    right="`seed` is a number, and was an integer",
    mend="give a value of the new type",
)
TYPE_WIDENED: Final = additive(
    "type-widened",
    "A value may be of a type that it could not be of; the others are still taken.",
    "what was of the right type still is",
    wrong="`seed` is a number, and was an integer",
    right="`seed` is an integer, and was a number",
)
NULL_REFUSED: Final = breaking(
    "null-refused",
    "A value may not be null any more.",
    "a call that gives null is refused",
    wrong="`style` may not be null",
    right="`style` may be null",
    mend="leave it out instead",
)
NULL_TAKEN: Final = additive(
    "null-taken",
    "A value may be null.",
    "any other value is taken as before",
    wrong="`style` may be null",
    right="`style` may not be null",
)
DEFAULT_CHANGED: Final = breaking(
    "default-changed",
    "What counts where nothing is given is another value.",
    "the same call means something else",
    wrong="`steps` is 30 where it is left out, and was 40",
    right="`steps` is 40 where it is left out, and nothing was said",
    mend="give the value that the call relies on",
)
DEFAULT_GONE: Final = breaking(
    "default-gone",
    "What counts where nothing is given is no longer said; of a required parameter, it has to be given now.",
    "a call that leaves it out is refused, or means what nobody promises",
    wrong="`steps` has no default any more",
    right="`steps` has a default now",
    mend="give the value that the call relies on",
)
DEFAULT_STATED: Final = additive(
    "default-stated",
    "What counts where nothing is given is said now.",
    "it was left open, so no promise is broken; a required parameter may be left out now",
    wrong="`steps` has a default now",
    right="`steps` has another default",
)
DEFAULT_IN_A_RULE: Final = breaking(
    "default-in-a-rule",
    "A parameter has a value now where it is left out, and a rule between parameters asks for it.",
    "calls that leave it out may break that rule",
    wrong="`duration` is 8 where it is left out, and 8 seconds need `1080p`",
    right="`steps` is 40 where it is left out, and no rule speaks of it",
    mend="look at calls that leave it out, and at the rule",
)
NULL_DEFAULT: Final = editorial(
    "null-default",
    "Null is said to be the default of an optional parameter, or is no longer.",
    "a parameter that is left out has no value, in either case",
    wrong="`seed` has the default null",
    right="`seed` has the default 0",
)
UNIT_CHANGED: Final = breaking(
    "unit-changed",
    "A number counts in another unit.",
    "the same number means something else",
    wrong="`duration` counts frames, and counted seconds",
    right="`duration` counts seconds, and no unit was said",
    mend="convert what is given",
)
UNIT_STATED: Final = editorial(
    "unit-stated",
    "The unit of a number is said, or is no longer.",
    "the number is the same one",
    wrong="`duration` is said to count seconds",
    right="`duration` counts frames, and counted seconds",
)
FILE_KIND_CHANGED: Final = breaking(
    "file-kind-changed",
    "A parameter takes files of another kind, or none any more.",
    "a file that was right is refused",
    wrong="`reference` takes a video, and took an image",
    right="`reference` takes an image, and no file was spoken of",
    mend="give a file of that kind, or its address",
)
FILE_KIND_STATED: Final = additive(
    "file-kind-stated",
    "A parameter is known to take files of a kind.",
    "an address is taken as before, a file can be given beside it",
    wrong="`reference` takes an image",
    right="`reference` takes a video, and took an image",
)
DEPRECATION_CHANGED: Final = editorial(
    "deprecation-changed",
    "A parameter or field is said to be going away, or no longer is.",
    "it is taken and answered as before",
    wrong="`seed` is deprecated",
    right="`seed` is gone",
)
OPTION_OF_A_UNION_GONE: Final = breaking(
    "union-narrowed",
    "One of several forms that a value could have is gone or other than it was.",
    "a call that gives that form is refused",
    wrong="`size` is an object of width and height, and could be one of width alone",
    right="`size` can be an object of width alone, too",
    mend="give one of the forms that are left",
)
OPTION_OF_A_UNION_NEW: Final = additive(
    "union-widened",
    "A value may have one more form.",
    "the others are taken as before",
    wrong="`size` can be an object of width alone, too",
    right="`size` cannot be an object of width alone any more",
)
RULE_NEW: Final = breaking(
    "rule-between-parameters-new",
    "Parameters depend on each other where they did not, or in another way.",
    "a call that breaks the rule is refused",
    wrong="`1080p` needs a duration of 8",
    right="`1080p` needs a duration of 8 or 6, and needed 8",
    mend="look at calls that give these parameters",
)
RULE_FOR_NEW_PARAMETERS: Final = additive(
    "rule-for-new-parameters",
    "A new rule between parameters holds by itself for calls that leave a new parameter out.",
    "no call of before gives that parameter",
    wrong="`last_image` is new, and needs `image`",
    right="`image` needs `prompt`, and both were there",
)
RULE_LOOSENED: Final = additive(
    "rule-between-parameters-loosened",
    "Parameters depend on each other less than before, or not at all.",
    "what kept to the rule stays right",
    wrong="`1080p` needs a duration of 8 or 6, and needed 8",
    right="`1080p` needs a duration of 8",
)
RULE_RENAMED: Final = editorial(
    "rule-between-parameters-renamed",
    "A rule between parameters has another name.",
    "what it asks is the same",
    wrong="`long_needs_hd` is called `hd_for_long`",
    right="`long_needs_hd` asks for 1080p",
)
ORDER_CHANGED: Final = editorial(
    "order-changed",
    "The same things are listed in another order.",
    "no call depends on the order",
    wrong="`prompt` comes before `image`",
    right="`prompt` is gone",
)
SAMPLE_CHANGED: Final = editorial(
    "sample-changed",
    "The documentation prints another sample.",
    "a sample is no part of the contract",
    wrong="the sample has another prompt",
    right="the default is another prompt",
)
WORDING_CHANGED: Final = editorial(
    "wording-changed",
    "Something is explained in other words.",
    "no value, type or limit changed with them",
    wrong="the text on `seed` is longer",
    right="the range of `seed` is smaller",
)
FACT_UNKNOWN: Final = breaking(
    "unknown-fact-changed",
    "Something changed of which nobody has said yet what it means for callers.",
    "what is not known to be harmless counts as breaking",
    wrong="a fact of a kind that this version does not know",
    right="a sample changed",
    mend="look at it, and add its kind to the tables of `callsheet.changes`",
)
