"""Rules on YAML as text: what is read otherwise than it looks, or not alike by all readers."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

EMPTY_FILE: Final = Rule(
    "empty-file",
    "The file says nothing.",
    "a spec that was cleared by accident must not vanish in silence",
    wrong="# to do\n",
    right="callsheet: model/1\n",
    mend="write the spec, or delete the file",
    example="yaml",
)
YAML_SYNTAX: Final = Rule(
    "yaml-syntax",
    "The text is not YAML.",
    "from there on nothing can be read",
    wrong="about: Keep it short: ten words\n",
    right='about: "Keep it short: ten words"\n',
    mend="mend the line, or the one before it",
    example="yaml",
)
CONTROL_CHARACTER: Final = Rule(
    "control-character",
    "A character is invisible, and YAML does not allow it.",
    "nobody sees it in review",
    wrong="about: The\x08video\n",
    right="about: The video\n",
    mend='delete it, or write it as an escape in quotes, such as "\\x08"',
    example="yaml",
)
SEVERAL_DOCUMENTS: Final = Rule(
    "several-documents",
    "The file holds more than one document.",
    "only the first would count",
    wrong="id: a\n---\nid: b\n",
    right="id: a\n",
    mend="one file is one documentation page: move the rest to a file of its own",
    example="yaml",
)
DOUBLED_KEY: Final = Rule(
    "doubled-key",
    "A key stands twice in one mapping.",
    "most readers keep the last one and say nothing",
    wrong="seconds: 5\nname: Reel\nseconds: 10\n",
    right="seconds: 10\nname: Reel\n",
    mend="delete one of the two",
    example="yaml",
)
KEY_NOT_TEXT: Final = Rule(
    "key-not-text",
    "A key is a number, a truth value, null, a list or a mapping.",
    "keys become names and JSON fields, which are text",
    wrong="404: not found\n",
    right='"404": not found\n',
    mend="put the key in quotes",
    example="yaml",
)
MERGE_KEY: Final = Rule(
    "merge-key",
    "A mapping is merged into another by `<<`.",
    "it is not part of YAML 1.2, and hides from the reader what a spec says",
    wrong="base: {a: 1}\nmore: {<<: {a: 1}, b: 2}\n",
    right="base: {a: 1}\nmore: {a: 1, b: 2}\n",
    mend="write the entries out",
    example="yaml",
)
UNKNOWN_TAG: Final = Rule(
    "unknown-tag",
    "A value has a YAML tag that is not one of the core, or that does not fit it.",
    "a spec is plain data: text, numbers, truth values, null, lists and mappings",
    wrong="key: !env FAL_KEY\n",
    right="key: FAL_KEY\n",
    mend="delete the tag",
    example="yaml",
)
UNKNOWN_ALIAS: Final = Rule(
    "unknown-alias",
    "An alias names an anchor that was not set before.",
    "there is nothing to put in its place",
    wrong="a: *width\n",
    right="a: &width 5\nb: *width\n",
    mend="write the value; where a text begins with `*`, put it in quotes",
    example="yaml",
)
ENDLESS_ALIAS: Final = Rule(
    "endless-alias",
    "An alias stands within what it names.",
    "the value would have no end",
    wrong="a: &all [1, *all]\n",
    right="a: [1]\n",
    mend="write the value out",
    example="yaml",
)
ALIAS_BOMB: Final = Rule(
    "alias-bomb",
    "Aliases repeat so much that the file grows beyond what a person would write.",
    "a few lines can come to billions of values, and the machine stands still",
    wrong="".join(
        f"{name}: &{name} [{', '.join([value] * 9)}]\n"
        for name, value in zip("abcde", ("0", "*a", "*b", "*c", "*d"), strict=True)
    ),
    right="a: &a [0, 0]\nb: *a\n",
    mend="write the values out",
    example="yaml",
)
TOO_DEEP: Final = Rule(
    "too-deep",
    "Lists and mappings are nested more than 40 deep.",
    "nobody reads that, and readers of YAML break on it",
    wrong="a: " + "[" * 41 + "]" * 41 + "\n",
    right="a: [[[]]]\n",
    mend="spell it flatter",
    example="yaml",
)
NOT_FINITE: Final = Rule(
    "not-finite",
    "A number is infinite, not a number, or beyond what a number can hold.",
    "JSON has no such number, so it can neither be sent nor compared",
    wrong="maximum: .inf\n",
    right="maximum: 100\n",
    mend="leave the key out where there is no limit",
    example="yaml",
)
UNQUOTED_RATIO: Final = Rule(
    "unquoted-ratio",
    "Digits with colons stand without quotes.",
    "many readers of YAML make a number to the base of 60 of it: 16:9 becomes 969",
    wrong="default: 16:9\n",
    right='default: "16:9"\n',
    example="yaml",
)
UNQUOTED_BOOLEAN: Final = Rule(
    "unquoted-boolean",
    "A word that some readers take for a truth value stands without quotes where it is text.",
    "many readers of YAML make true or false of yes, no, on and off; and text and truth values differ on the wire",
    wrong="enum: [on, off]\n",
    right='enum: ["on", "off"]\n',
    example="yaml",
)
UNQUOTED_NUMBER: Final = Rule(
    "unquoted-number",
    "Digits stand without quotes where text is meant, or in a spelling that readers take differently.",
    "as a number it loses its spelling, 1.10 becomes 1.1; and text and numbers differ on the wire",
    wrong="default: 010\n",
    right='default: "010"\n',
    example="yaml",
)
UNQUOTED_DATE: Final = Rule(
    "unquoted-date",
    "A date stands without quotes.",
    "many readers of YAML make a date object of it, which is no JSON",
    wrong="read: 2026-11-19\n",
    right='read: "2026-11-19"\n',
    example="yaml",
)
