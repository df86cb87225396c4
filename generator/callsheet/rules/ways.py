"""Rules on what protocols are made of: parts that a kind needs, states without a word, choices, files, webhooks."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

_STATES = "protocols:\n  queue:\n    status:\n      states:\n"
_SWITCH = "switches:\n  other:\n    about: Another pace.\n    source: page\n    changes:\n    - "

PART_OF_ANOTHER_KIND: Final = Rule(
    "part-of-another-kind",
    "A protocol has a part that its kind has no use for.",
    "nothing would ever read it, and a reader would believe it",
    wrong="protocols:\n  queue: {kind: queue, cutoff: {after: 100s}}\n",
    right="protocols:\n  queue: {kind: queue, poll: {interval: 1s}}\n",
    mend="delete it, or correct `kind`",
    example="provider",
)
EXACTLY_ONE: Final = Rule(
    "exactly-one",
    "Of several keys that take each other's place, none is given, or more than one.",
    "it would be unclear where the value travels",
    wrong='credential: {header: x-api-key, query: key, value: "{key}"}\n',
    right='credential: {header: x-api-key, value: "{key}"}\n',
    mend="keep one of them",
    example="provider",
)
UNTOLD_STATE: Final = Rule(
    "untold-state",
    "Nothing in an answer tells a state.",
    "the client could not know that a job is in it",
    wrong=_STATES + "        DONE: {is: {/finished: true}, answer: {status: DONE}}\n",
    right=_STATES + "        DONE: {is: {/status: DONE}, answer: {status: DONE}}\n",
    mend="point `state` to the word for it, or say under `is` what tells it",
    example="provider",
)
HIDDEN_STATE: Final = Rule(
    "hidden-state",
    "The answer of a state is that of an earlier one, too.",
    "states are tried in order, so the client would never see this one",
    wrong=_STATES + "        WAITING: {is: {/status: {present: true}}}\n        DONE: {is: {/status: DONE}}\n",
    right=_STATES + "        WAITING: {is: {/status: WAITING}}\n        DONE: {is: {/status: DONE}}\n",
    mend="say more under the `is` of the earlier one, or change their order",
    example="provider",
)
CHOICE_MAY_FAIL: Final = Rule(
    "choice-may-fail",
    "A list of choices does not end with one for every other case.",
    "an input that fits none of them could not be sent",
    wrong="path:\n  model:\n    - {when: {prompt: cat}, value: cats}\n",
    right="path:\n  model:\n    - {when: {prompt: cat}, value: cats}\n    - {value: clip}\n",
    mend="add a last choice without `when`",
)
CHOICE_NEVER_MADE: Final = Rule(
    "choice-never-made",
    "A choice comes after one that always holds.",
    "it could never be the one",
    wrong="path:\n  model:\n    - {value: clip}\n    - {when: {prompt: cat}, value: cats}\n",
    right="path:\n  model:\n    - {when: {prompt: cat}, value: cats}\n    - {value: clip}\n",
    mend="put the one without `when` last",
)
UNKNOWN_PARAMETER: Final = Rule(
    "unknown-parameter",
    "A parameter is named that the endpoint does not have.",
    "it would never be there",
    wrong="path:\n  model:\n    - {when: {promt: cat}, value: cats}\n    - {value: clip}\n",
    right="path:\n  model:\n    - {when: {prompt: cat}, value: cats}\n    - {value: clip}\n",
)
PARAMETER_NEVER_SENT: Final = Rule(
    "parameter-never-sent",
    "A body is written out, and has no place for a parameter.",
    "what a caller gives would be left out without a word, and the job paid for",
    wrong='input:\n  seed: {type: integer, about: A seed.}\nbody: {text: "{input.prompt}"}\n',
    right='input:\n  seed: {type: integer, about: A seed.}\nbody: {text: "{input.prompt}", all: "{rest}"}\n',
)
BINARY_WITHOUT_BYTES: Final = Rule(
    "binary-without-bytes",
    "The output is said to be the answer itself, but a protocol answers with JSON.",
    "client and emulator would disagree on what comes",
    wrong="output: {type: string, format: binary, media: video}     # and a protocol that does not decode bytes\n",
    right="output: {type: string, format: uri, media: video}\n",
    mend="say `decode: bytes` at the protocol's `result`, or correct `format`",
    example="folder",
)
RESERVED_PROTOCOL: Final = Rule(
    "reserved-protocol",
    "A protocol has a name that every endpoint of the client uses for something else.",
    "a further protocol is an attribute of the endpoint and would hide it",
    wrong="protocols:\n  run: {kind: call}\n",
    right="protocols:\n  sync: {kind: call}\n",
    mend="choose another name",
    example="folder",
)
SWITCH_LEADS_NOWHERE: Final = Rule(
    "switch-leads-nowhere",
    "A switch changes a place that the file does not have, or one that no switch may change.",
    "the switch would do nothing, or turn the provider into another one",
    wrong=_SWITCH + "{at: /protocols/quue/poll, to: {interval: 1s}}\n",
    right=_SWITCH + "{at: /protocols/queue/poll, to: {interval: 1s}}\n",
    mend="write the keys that lead to the place, as they stand in the file",
    example="provider",
)
WEBHOOK_TELLS_NOTHING: Final = Rule(
    "webhook-tells-nothing",
    "A webhook's `succeeded` holds for a job that failed, or does not for one that succeeded.",
    "a failure would be taken for a success",
    wrong="webhook:     # succeeded: {/id: {present: true}}, and both bodies have an id\n",
    right="webhook:     # succeeded: {/status: OK}\n",
    mend="compare `succeeded` with `body` and `body_when_failed`",
    example="folder",
)
