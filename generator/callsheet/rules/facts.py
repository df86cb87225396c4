"""Rules on identity, sources, and what one file says of another."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

FOLDER_NAME: Final = Rule(
    "folder-name",
    "The folder is not called like the provider.",
    "the path of a spec is how people find it and how a model is named",
    wrong="specs/real/provider.yaml     (id: reel)",
    right="specs/reel/provider.yaml     (id: reel)",
    example="folder",
)
FILE_NAME: Final = Rule(
    "file-name",
    "The file is not called like the model.",
    "the path of a spec is how people find it and how a model is named",
    wrong="specs/reel/clips.yaml     (id: clip)",
    right="specs/reel/clip.yaml     (id: clip)",
    example="folder",
)
DOUBLED_ID: Final = Rule(
    "doubled-id",
    "Two files describe the same provider or model.",
    "one of them would win by accident",
    wrong="specs/reel/clip.yaml\nspecs/reel/clip.yml     (id: clip in both)",
    right="specs/reel/clip.yaml",
    mend="delete one of them, or give it another id",
    example="folder",
)
UNKNOWN_PROVIDER: Final = Rule(
    "unknown-provider",
    "A model names a provider that has no file.",
    "hosts, credential and protocols are said there",
    wrong="provider: reeel\n",
    right="provider: reel\n",
)
MISSING_SOURCE: Final = Rule(
    "missing-source",
    "The file names no source at all.",
    "what nobody can look up, nobody can review",
    wrong="specs/reel/clip.yaml     (sources: {})",
    right='sources:\n  page: {url: "https://reel.test/clip", read: "2026-01-02"}\n',
    mend="name the page under `sources`, with the date on which it was read",
    example="folder",
)
UNKNOWN_SOURCE: Final = Rule(
    "unknown-source",
    "A fact cites a source that the file does not list.",
    "what nobody can look up, nobody can review",
    wrong="input:\n  prompt: {source: blog}\n",
    right="input:\n  prompt: {source: page}\n",
)
SOURCE_OF_NOTHING: Final = Rule(
    "source-of-nothing",
    "A source is cited for something that the parameter does not say.",
    "a limit was forgotten, or has been deleted since",
    wrong="input:\n  seed: {type: integer, about: Fixes the randomness., source: {range: page}}\n",
    right="input:\n  seed: {type: integer, minimum: 0, about: Fixes the randomness., source: {range: page}}\n",
)
UNCITED_FACT: Final = Rule(
    "uncited-fact",
    "A fact neither has a source nor inherits one.",
    "what nobody can look up, nobody can review",
    wrong='hosts:\n  files: {url: "https://files.reel.test", about: Results.}\n',
    right='hosts:\n  files: {url: "https://files.reel.test", about: Results., source: page}\n',
    mend="add `source:` with the id of a source, here or at the section around it",
    example="provider",
)
NO_SUCH_DATE: Final = Rule(
    "no-such-date",
    "A date is not in the calendar.",
    "it tells how old a fact is",
    wrong='sources:\n  page: {read: "2026-02-30"}\n',
    right='sources:\n  page: {read: "2026-02-28"}\n',
)
CONTRADICTING_FACTS: Final = Rule(
    "contradicting-facts",
    "Something is stated and said to be unstated, or neither.",
    "a missing price must be a fact, not an oversight",
    wrong="price: {stated: false, amount: 0.2, currency: USD, per: output_second}\n",
    right="price: {stated: false}\n",
    mend="write `stated: false` alone, or state it in full",
)
UNKNOWN_PROTOCOL: Final = Rule(
    "unknown-protocol",
    "A model uses a protocol that its provider does not have.",
    "there would be no way to call it",
    wrong="protocols: [que]\n",
    right="protocols: [queue]\n",
)
MISSING_PATH_VARIABLE: Final = Rule(
    "missing-path-variable",
    "A model does not say what to put into the paths of its protocol.",
    "the address would be incomplete",
    wrong=("path: {model: clip}\nprotocols: [queue]     # and in provider.yaml, path_variables: [model, version]"),
    right="path: {model: clip, version: v2}\nprotocols: [queue]",
    mend="add it under `path`",
    example="folder",
)
UNKNOWN_PATH_VARIABLE: Final = Rule(
    "unknown-path-variable",
    "A model gives a path variable that none of its protocols declares.",
    "it would go nowhere",
    wrong="path: {model: clip, modle: clip}\n",
    right="path: {model: clip}\n",
)
UNKNOWN_FACT: Final = Rule(
    "unknown-fact",
    "A decision settles a fact in words that pages and specs are not compared in.",
    "the fact that is meant would be reported all the same, and nobody would see why",
    wrong="decisions: [{about: mode, found: Two., decided: One., settles: {parameters: {mode: {defualt: a}}}}]\n",
    right="decisions: [{about: mode, found: Two., decided: One., settles: {parameters: {mode: {default: a}}}}]\n",
)
