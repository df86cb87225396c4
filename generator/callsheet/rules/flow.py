"""Rules on protocols: addresses, states, errors, and the answers that show them."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

_STATES = "protocols:\n  queue:\n    status:\n      "

HOST_NOT_PLAIN: Final = Rule(
    "host-not-plain",
    "The address of a host is not https, or says more than the host.",
    "the key travels there, and paths are said at each request",
    wrong='hosts:\n  api: {url: "http://api.reel.test/v1"}\n',
    right='hosts:\n  api: {url: "https://api.reel.test"}\n',
    mend='write it like "https://api.example.com"',
    example="provider",
)
UNKNOWN_HOST: Final = Rule(
    "unknown-host",
    "A host is named that the file does not declare.",
    "requests, and with them the key, go to declared hosts only",
    wrong="credential: {hosts: [apis]}\n",
    right="credential: {hosts: [api]}\n",
    example="provider",
)
ILLEGAL_HEADER: Final = Rule(
    "illegal-header",
    "The name or the form of a header could not be sent.",
    "HTTP allows letters, digits and a few signs in a name, and one line of visible ASCII as its value",
    wrong="credential: {header: api key}\n",
    right="credential: {header: api-key}\n",
    mend="see how the documentation spells it",
    example="provider",
)
CREDENTIAL_WITHOUT_KEY: Final = Rule(
    "credential-without-key",
    "The form of the credential has no place for the key.",
    "every caller would send the same text, and no key",
    wrong="credential: {value: Bearer}\n",
    right='credential: {value: "Bearer {key}"}\n',
    mend="write `{key}` where the key goes",
    example="provider",
)
UNKNOWN_URL: Final = Rule(
    "unknown-url",
    "A job address is named that the protocol does not declare.",
    "there would be nothing to ask when the answer names no address",
    wrong=_STATES + "url: stauts_url\n",
    right=_STATES + "url: status_url\n",
    example="provider",
)
URL_WITHOUT_REQUEST_ID: Final = Rule(
    "url-without-request-id",
    "The address of a job does not hold the job's id.",
    "it would be the same for all jobs",
    wrong='protocols:\n  queue:\n    urls:\n      status_url: {path: "/jobs/status"}\n',
    right='protocols:\n  queue:\n    urls:\n      status_url: {path: "/jobs/{request_id}/status"}\n',
    mend="write `{request_id}` where the id goes",
    example="provider",
)
ID_FORM: Final = Rule(
    "id-form",
    "What an id looks like does not fit the addresses of its job, or does not tell jobs apart.",
    "the client would ask for the job at another address",
    wrong='protocols:\n  queue:\n    submit: {id_form: "jobs/{id}"}\n',
    right='protocols:\n  queue:\n    submit: {id_form: "job_{id}"}\n',
    mend="write `{id}` where one id differs from the others, and `{+request_id}` in paths where it has slashes",
    example="provider",
)
UNKNOWN_PLACEHOLDER: Final = Rule(
    "unknown-placeholder",
    "A `{name}` in a path or an answer is not one that can be filled in.",
    "it would be sent as it stands",
    wrong='errors:\n  bad_input: {answer: {error: "{mesage}"}}\n',
    right='errors:\n  bad_input: {answer: {error: "{message}"}}\n',
    example="provider",
)
UNUSED_PATH_VARIABLE: Final = Rule(
    "unused-path-variable",
    "A path variable is declared that no path, query or body uses.",
    "every model would have to give it, for nothing",
    wrong="protocols:\n  queue:\n    path_variables: [model, version]\n",
    right="protocols:\n  queue:\n    path_variables: [model]\n",
    mend="delete it, or use it in a path",
    example="provider",
)
UNKNOWN_STATE: Final = Rule(
    "unknown-state",
    "A state is named that the protocol does not have.",
    "a job could never get there",
    wrong=_STATES + "states:\n        WAITING: {next: [DONE, FAILED, DOEN]}\n",
    right=_STATES + "states:\n        WAITING: {next: [DONE, FAILED]}\n",
    example="provider",
)
NO_FINAL_STATE: Final = Rule(
    "no-final-state",
    "No state of the protocol is an end that a job can reach well.",
    "a wait could then never end well",
    wrong=_STATES + "states:\n        DONE: {means: running, next: [FAILED]}\n",
    right=_STATES + "states:\n        DONE: {means: succeeded}\n",
    mend="give one state `means: succeeded`, or `ended` where the result tells how",
    example="provider",
)
DEAD_END: Final = Rule(
    "dead-end",
    "A state is no end, but nothing follows it.",
    "a job that gets there would be polled until the time-out",
    wrong=_STATES + "states:\n        WAITING: {next: [DONE, FAILED, PAUSED]}\n"
    "        PAUSED: {means: queued, about: It rests., answer: {status: PAUSED}}\n",
    right=_STATES + "states:\n        WAITING: {next: [DONE, FAILED, PAUSED]}\n"
    "        PAUSED: {means: queued, about: It rests., next: [DONE], answer: {status: PAUSED}}\n",
    mend="say under `next` what may follow, or what end it means",
    example="provider",
)
FINAL_STATE_WITH_NEXT: Final = Rule(
    "final-state-with-next",
    "A state is an end, but something follows it.",
    "the client stops at an end, and would miss what follows",
    wrong=_STATES + "states:\n        DONE: {next: [FAILED]}\n",
    right=_STATES + "states:\n        DONE: {means: succeeded}\n",
    mend="delete `next`, or correct `means`",
    example="provider",
)
UNREACHABLE_STATE: Final = Rule(
    "unreachable-state",
    "A state does not follow from the initial one.",
    "neither emulator nor tests would ever show it",
    wrong=_STATES + "states:\n        LOST: {means: cancelled, about: It was dropped., answer: {status: LOST}}\n",
    right=_STATES + "states:\n        WAITING: {next: [DONE, FAILED, LOST]}\n"
    "        LOST: {means: cancelled, about: It was dropped., answer: {status: LOST}}\n",
    mend="add it to the `next` of the state that it follows",
    example="provider",
)
FAILED_WITHOUT_ERROR: Final = Rule(
    "failed-without-error",
    "A state means failure, but names no error.",
    "the caller could not be told whether it was billed, and who can mend it",
    wrong=_STATES + "states:\n        WAITING: {next: [DONE, FAILED, BROKEN]}\n"
    "        BROKEN: {means: failed, about: It broke., answer: {status: BROKEN, error: oh}}\n",
    right=_STATES + "states:\n        WAITING: {next: [DONE, FAILED, BROKEN]}\n"
    "        BROKEN: {means: failed, about: It broke., error: bad_input, answer: {status: BROKEN, error: oh}}\n",
    mend="name a row of `errors` with means: failed",
    example="provider",
)
UNKNOWN_ERROR: Final = Rule(
    "unknown-error",
    "An error is named that the provider's file does not declare.",
    "nothing would be known about it: whether it was billed, whether a retry helps",
    wrong="protocols:\n  queue:\n    judges: {refuses_with: bad_imput}\n",
    right="protocols:\n  queue:\n    judges: {refuses_with: bad_input}\n",
    example="provider",
)
MISFIT_ERROR: Final = Rule(
    "misfit-error",
    "An error is named at a place that its meaning does not fit.",
    "client and emulator would disagree with the row",
    wrong=_STATES + "states:\n        FAILED: {error: unknown_request}\n",
    right=_STATES + "states:\n        FAILED: {error: bad_input}\n",
    example="provider",
)
ERROR_ON_SUCCESS: Final = Rule(
    "error-on-success",
    "An error comes with the status of a success, and nothing tells the two apart.",
    "every good answer would be taken for it",
    wrong="errors:\n  bad_input: {http: 200}\n",
    right="errors:\n  bad_input: {http: 422}\n",
    mend="correct `http`, or add `code`, or `match` with the place and the value that give it away",
    example="provider",
)
REFUSAL_WITHOUT_ERROR: Final = Rule(
    "refusal-without-error",
    "The provider judges the input, but it is not said with which error it refuses.",
    "a bad input could neither be emulated nor told to the caller",
    wrong=("protocols:\n  queue:\n    judges: {when: after_queueing}     # and no refuses_with\n"),
    right="protocols:\n  queue:\n    judges: {when: after_queueing, refuses_with: bad_input}\n",
    mend="name a row of `errors` at `refuses_with`, or write `when: never`",
    example="folder",
)
REFUSAL_NEVER_GIVEN: Final = Rule(
    "refusal-never-given",
    "The provider never judges the input, but it is said with which error it refuses.",
    "one of the two is wrong: an input could neither be refused nor pass",
    wrong="protocols:\n  queue:\n    judges: {when: never, refuses_with: bad_input}\n",
    right="protocols:\n  queue:\n    judges: {when: at_submit, refuses_with: bad_answer}\nerrors:\n"
    "  bad_answer:\n    {http: 400, means: refused, about: It is bad., accepted: never, billed: never, retry: never,\n"
    '     mend: caller, answer: {error: "{message}"}, source: page}\n',
    mend="leave out `refuses_with`, or say when the input is judged",
    example="provider",
)
SUBMIT_WITHOUT_BODY: Final = Rule(
    "submit-without-body",
    "A submission uses a method that carries no body.",
    "the input travels in the body; and what stands between may repeat a GET, which costs money",
    wrong="protocols:\n  queue:\n    submit: {method: GET}\n",
    right="protocols:\n  queue:\n    submit: {method: POST}\n",
    mend="see how the documentation sends the input",
    example="provider",
)
NOTHING_KEPT: Final = Rule(
    "nothing-kept",
    "A result is kept for no time at all.",
    "nobody could ever fetch it",
    wrong="protocols:\n  queue:\n    retention: {for: 0h, from: end}\n",
    right="protocols:\n  queue:\n    retention: {for: 1h, from: end}\n",
    mend="correct the time, or leave out `retention` where none is documented",
    example="provider",
)
POINTER_MATCHES_NOTHING: Final = Rule(
    "pointer-matches-nothing",
    "The client reads a place that none of the answers has.",
    "it would always come back empty: the pointer or the answer is wrong",
    wrong="protocols:\n  queue:\n    submit: {handle: {request_id: /job_id}}\n",
    right="protocols:\n  queue:\n    submit: {handle: {request_id: /id}}\n",
    mend="compare the pointer with the `answer` beside it",
    example="provider",
)
ANSWER_DISAGREES: Final = Rule(
    "answer-disagrees",
    "An answer shows another state, code or text than the row that it belongs to.",
    "the client would recognise something else in it",
    wrong=_STATES + "states:\n        DONE: {answer: {status: COMPLETE}}\n",
    right=_STATES + "states:\n        DONE: {answer: {status: DONE}}\n",
    mend="correct one of the two",
    example="provider",
)
LIST_WITHOUT_FORM: Final = Rule(
    "list-without-form",
    "An answer lists violations or log entries without their form, or a form is given for a list that no answer has.",
    "the entries could not be shown, and the client's reading of them not be tried",
    wrong='errors:\n  bad_input: {answer: {error: "{violations}"}}\n',
    right='errors:\n  bad_input: {answer: {error: "{violations}"}, violation: {msg: "{message}"}}\n',
    mend="use `{violations}` together with `violation`, and `{logs}` together with `log_entry`",
    example="provider",
)
