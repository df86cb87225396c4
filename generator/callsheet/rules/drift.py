"""Rules on pages that are held against specs and against themselves."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

PAGE_CONFLICT: Final = Rule(
    "page-conflict",
    "A page says two things of one fact that cannot both hold.",
    "one of the two is wrong, and the spec follows one of them",
    wrong="the prose of a page names 'Fast', its list of allowed values has \"fast\"",
    right="decisions: [{about: mode, …, settles: {parameters: {mode: {allowed: [Fast]}}}}]",
    mend="decide which of them holds: `decisions:` with `settles:` in the spec",
    example="folder",
    severity="warning",
)
PAGE_CHANGED: Final = Rule(
    "page-changed",
    "A page says another thing than when it was last read, and the spec is not touched by it.",
    "the page was edited where no caller notices, or it says now what the spec had said before",
    wrong="maximum: 50 on the page, 40 when it was last read, 50 in the spec",
    right="callsheet drift --accept",
    mend="look at the page; then let `callsheet drift --accept` remember it",
    example="folder",
    severity="warning",
)
NO_LONGER_STATED: Final = Rule(
    "no-longer-stated",
    "A page no longer states a fact that it stated when it was last read.",
    "a fact that is left out is not known to be gone, and the spec has lost its source for it",
    wrong="the page had a price when it was last read, and has none now",
    right="callsheet drift --accept",
    mend="see whether it is said elsewhere; then let `callsheet drift --accept` remember the page",
    example="folder",
    severity="warning",
)
PAGE_REWORDED: Final = Rule(
    "page-reworded",
    "A text of a page is another one than when it was last read.",
    "a sentence may say what no list does, and only a person can tell",
    wrong="the description of a parameter was rewritten",
    right="callsheet drift --accept",
    mend="read the sentence; then let `callsheet drift --accept` remember it",
    example="folder",
    severity="warning",
)
DECISION_OUTDATED: Final = Rule(
    "decision-outdated",
    "A decision settles what the page no longer says.",
    "what the page says next would be settled unseen, and readers are told of a disagreement that is over",
    wrong="settles: {parameters: {mode: {default: Fast}}}     (and the page says fast now)",
    right="no `settles` for what the page and the spec agree on",
    mend="take it out of the decision",
    example="folder",
    severity="warning",
)
PAGE_WITHOUT_SPEC: Final = Rule(
    "page-without-spec",
    "A page is of no endpoint that has a spec.",
    "there is nothing to hold it against",
    wrong="callsheet drift other-model.html",
    right="callsheet drift --model reel/clip other-model.html",
    mend="name the endpoint with --model, or begin a spec with `callsheet draft`",
    example="folder",
    severity="warning",
)
PAGE_OF_SEVERAL: Final = Rule(
    "page-of-several",
    "A page could be of several endpoints.",
    "held against the wrong spec, every line would differ",
    wrong="callsheet drift page.txt     (and two specs have its address)",
    right="callsheet drift --model reel/clip page.txt",
    mend="name the endpoint with --model",
    example="folder",
)
PAGE_NOT_FETCHED: Final = Rule(
    "page-not-fetched",
    "A page could not be fetched.",
    "what could not be read has not been compared",
    wrong="a page that is answered with 404",
    right='sources: {page: {url: "<where the page is now>", …}}',
    mend="see whether the page has moved; correct `sources:`, or save it and name the file",
    example="folder",
)
PAGE_UNREADABLE: Final = Rule(
    "page-unreadable",
    "A file that was named as a page cannot be read.",
    "what could not be read has not been compared",
    wrong="callsheet drift no-such-page.txt",
    right="callsheet drift page.txt",
    mend="see whether the file is there and may be read",
    example="folder",
)
MEMORY_BROKEN: Final = Rule(
    "page-memory-broken",
    "A file of what pages said when last read is not as `drift --accept` writes it.",
    "what a page is compared with would be guessed",
    wrong="clip.page.yaml: {callsheet: page/1, pages: [page]}",
    right="clip.page.yaml, as `callsheet drift --accept` wrote it",
    mend="restore the file from version control, or delete it and run `callsheet drift --accept`",
    example="folder",
)
BASELINE_BROKEN: Final = Rule(
    "baseline-broken",
    "A baseline is not a list of accepted findings with a reason each.",
    "a finding must not be silent without anybody having said why",
    wrong="accepted: [{fingerprint: 1f2e3d4c5b6a}]",
    right="accepted: [{fingerprint: 1f2e3d4c5b6a, reason: The provider has been told.}]",
    mend="write `accepted:` with `fingerprint` and `reason`; `--update-baseline` writes the rest",
    example="folder",
)
BASELINE_STALE: Final = Rule(
    "baseline-stale",
    "A baseline accepts a finding that is not found any more.",
    "the same difference, should it come back, would be silent",
    wrong="accepted: [{fingerprint: 000000000000, …}]     (and no finding has it)",
    right="accepted: []",
    mend="take it out, or run `callsheet drift` with --update-baseline",
    example="folder",
    severity="warning",
)
