"""Rules on what a live test finds."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

PROVIDER_DISAGREES: Final = Rule(
    "provider-disagrees",
    "The provider does not do what the spec says.",
    "clients believe the spec: what it has wrong is a failure, a lost job or a charge for somebody",
    wrong="states: {DONE: {means: succeeded}}     (and the provider says COMPLETED)",
    right="states: {COMPLETED: {means: succeeded}}",
    mend="change the spec, and transcribe the exchange as evidence",
    example="folder",
)
