"""Rules on rules between parameters, and on the criteria that they are made of."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

_SIZE = (
    "input:\n  size: {type: string, enum: [small, large], default: small, about: Size.}\n"
    "  seconds: {type: integer, minimum: 4, maximum: 12, about: Length.}\n"
    "  image: {type: string, format: uri, about: First frame.}\n"
    "  video: {type: string, format: uri, about: What it goes on from.}\nrules:\n"
)


def _example(rule: str) -> str:
    return f"{_SIZE}  large_is_short: {{about: Large clips are short., {rule}}}\n"


RULE_CONSEQUENCE: Final = Rule(
    "rule-consequence",
    "A rule asks for nothing, or for more than one kind of thing.",
    "it has one consequence: `then`, `one_of`, `any_of` or `at_most_one`",
    wrong=_example("when: {size: large}"),
    right=_example("when: {size: large}, then: {seconds: 4}"),
    mend="say what it asks for in one of the four, or make two rules of it",
)
CRITERION_OF_TWO_MINDS: Final = Rule(
    "criterion-of-two-minds",
    "A criterion says something twice, or says what rules itself out.",
    "one half of it would be left out of account",
    wrong=_example("when: {size: large}, then: {seconds: {is: 4, in: [4, 5]}}"),
    right=_example("when: {size: large}, then: {seconds: {in: [4, 5]}}"),
    mend="keep one of the two",
)
CRITERION_OUTSIDE: Final = Rule(
    "criterion-outside",
    "A criterion compares a parameter with a value that it cannot have.",
    "the comparison would always come out the same: the value or the parameter's type is wrong",
    wrong=_example("when: {size: huge}, then: {seconds: 4}"),
    right=_example("when: {size: large}, then: {seconds: 4}"),
    mend="correct the value, or the type of the parameter",
)
ALWAYS_GIVEN: Final = Rule(
    "always-given",
    "A rule asks whether a parameter is given that has a value in every input.",
    "a parameter that is left out has its default, so the question says nothing",
    wrong=_example("when: {image: {present: true}}, then: {size: {present: true}}"),
    right=_example("when: {image: {present: true}}, then: {seconds: {present: true}}"),
    mend="leave it out, or say which value it has to have",
)
RULE_SAYS_NOTHING: Final = Rule(
    "rule-says-nothing",
    "A criterion is met by every value that the parameter can have.",
    "it rules nothing out, so something else was meant",
    wrong=_example("when: {image: {present: true}}, then: {size: {in: [small, large]}}"),
    right=_example("when: {image: {present: true}}, then: {size: small}"),
    mend="leave it out, or correct its values",
)
RULE_NEVER_APPLIES: Final = Rule(
    "rule-never-applies",
    "No input is one that a rule is about.",
    "it would never be broken, and never help anybody",
    wrong=_example("when: {seconds: {minimum: 20}}, then: {size: small}"),
    right=_example("when: {seconds: {minimum: 10}}, then: {size: small}"),
    mend="correct `when`, or the limits of the parameter",
)
RULE_NEVER_KEPT: Final = Rule(
    "rule-never-kept",
    "No input that a rule is about could keep it.",
    "each of them would be refused",
    wrong=_example("when: {size: large}, then: {seconds: {maximum: 3}}"),
    right=_example("when: {size: large}, then: {seconds: {maximum: 5}}"),
    mend="correct what the rule asks for, or the limits of the parameter",
)
RULE_CONTRADICTS_ITSELF: Final = Rule(
    "rule-contradicts-itself",
    "What a rule asks of a parameter is what its `when` rules out.",
    "every input that it is about would be refused",
    wrong=_example("when: {size: large, seconds: {minimum: 8}}, then: {seconds: {maximum: 7}}"),
    right=_example("when: {size: large}, then: {seconds: {maximum: 7}}"),
    mend="leave the parameter out of `when`",
)
DEFAULTS_BREAK_RULE: Final = Rule(
    "defaults-break-rule",
    "The defaults of parameters do not go together.",
    "who leaves them out would be refused",
    wrong=(
        f"{_SIZE}  small_is_square:\n    about: Small clips are square.\n    when: {{size: small}}\n"
        "    then: {shape: square}\n"
    ).replace("rules:", "  shape: {type: string, enum: [square, wide], default: wide, about: Shape.}\nrules:"),
    right=(
        f"{_SIZE}  small_is_square:\n    about: Small clips are square.\n    when: {{size: small}}\n"
        "    then: {shape: square}\n"
    ).replace("rules:", "  shape: {type: string, enum: [square, wide], default: square, about: Shape.}\nrules:"),
    mend="correct a default or the rule",
)
DOUBLED_RULE: Final = Rule(
    "doubled-rule",
    "Two rules say the same.",
    "a payload that breaks one would be told so twice",
    wrong=_example("at_most_one: [image, video]") + "  one_start: {about: One start., at_most_one: [video, image]}\n",
    right=_example("at_most_one: [image, video]"),
    mend="delete one of them",
)
