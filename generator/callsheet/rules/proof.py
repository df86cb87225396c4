"""Rules on what the specs are proven by."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

EVIDENCE_DISAGREES: Final = Rule(
    "evidence-disagrees",
    "The evidence says something else than the spec.",
    "one of the two was read wrongly, and clients do what the spec says",
    wrong="specs: steps: {maximum: 51}        evidence: steps: {maximum: 50}",
    right="specs: steps: {maximum: 50}        evidence: steps: {maximum: 50}",
    mend="read the source once more and correct the one that is wrong",
    example="folder",
)
NO_EVIDENCE: Final = Rule(
    "no-evidence",
    "Nothing is known of an endpoint but its spec.",
    "a spec is not proven by what was derived from it",
    wrong="specs/fal/scail-2.yaml alone",
    right="specs/fal/scail-2.yaml, and what its page says in contract_tests/evidence/fal/scail-2.yaml",
    mend="transcribe the facts of its page, by hand, into a file of the same name below the evidence",
    example="folder",
)
FACT_UNDEFENDED: Final = Rule(
    "fact-undefended",
    "No evidence has a fact of the spec.",
    "nobody would notice if it were wrong",
    wrong="specs: steps: {minimum: 1}         evidence: steps: {type: integer}",
    right="specs: steps: {minimum: 1}         evidence: steps: {type: integer, minimum: 1}",
    mend="transcribe it from its source into the evidence, or say in unproven.yaml why that cannot be done",
    example="folder",
)
CHANGE_UNNOTICED: Final = Rule(
    "change-unnoticed",
    "A spec could be changed here, and no evidence would disagree.",
    "a slip in this place goes through to the clients",
    wrong="specs: on: [submit]                evidence says nothing of when the error comes",
    right="specs: on: [submit]                evidence: phases: [submit]",
    mend="add what the source says to the evidence, or say in unproven.yaml why nobody could notice",
    example="folder",
)
REASON_NEEDLESS: Final = Rule(
    "reason-needless",
    "A reason in unproven.yaml excuses nothing.",
    "it would excuse the next slip that looks like it",
    wrong="unproven.yaml: fact: steps maximum          evidence: steps: {maximum: 50}",
    right="evidence: steps: {maximum: 50}",
    mend="take it out",
    example="folder",
)
