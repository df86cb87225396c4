"""Rules on changes of how calls and answers travel: protocols, addresses, states, files, webhooks, and names."""

from __future__ import annotations

from typing import Final

from callsheet.rules.change import additive, breaking, editorial

PROTOCOL_GONE: Final = breaking(
    "protocol-gone",
    "An endpoint can no longer be called in a way that it could.",
    "code that calls it so has nothing to call",
    wrong="`sync` is gone",
    right="`queue` is new",
    mend="call it in another way",
)
PROTOCOL_NEW: Final = additive(
    "protocol-new",
    "An endpoint can be called in one more way.",
    "the others are as before",
    wrong="`queue` is new",
    right="`sync` is gone",
)
FIRST_PROTOCOL_CHANGED: Final = breaking(
    "first-protocol-changed",
    "By themselves, `run` and `submit` go another way.",
    "the same call makes other requests, and gives another kind of job",
    wrong="`direct` comes before `queue`",
    right="`direct` is new, after `queue`",
    mend="name the protocol where it matters",
)
PROTOCOL_CHANGED: Final = breaking(
    "protocol-changed",
    "A protocol of the same name works in another way.",
    "what a client asks and waits for is another thing",
    wrong="`queue` is one blocking call",
    right="`queue` has another address",
    mend="look at everything that calls it so",
)
REQUEST_CHANGED: Final = breaking(
    "request-changed",
    "A request has another address, method, query, header or body.",
    "the provider no longer answers, or understands otherwise, what clients of before send",
    wrong="a job is submitted to `/v3/…`, and was to `/v2/…`",
    right="one more address is known of a job",
    mend="generate anew, and replace every copy of the client",
)
ADDRESS_NEW: Final = additive(
    "address-new",
    "One more address is known.",
    "the others are as before",
    wrong="a job has a `cancel_url`",
    right="a job's `status_url` is another",
)
CREDENTIAL_CHANGED: Final = breaking(
    "credential-changed",
    "The key is found, written or sent in another way, or not to a host that asks for it.",
    "requests of clients of before are refused, or the key is not found",
    wrong="`Authorization: Bearer …`, and was `x-api-key: …`",
    right="the key goes to a further host",
    mend="generate anew; set the variable that holds the key",
)
KEY_TO_ANOTHER_HOST: Final = additive(
    "key-to-another-host",
    "A further host may see the key.",
    "calls stay right; see that the host is the provider's",
    wrong="the key goes to uploads.example, too",
    right="the key no longer goes to uploads.example",
)
HTTP_CODE_CHANGED: Final = breaking(
    "http-code-changed",
    "Something is told by another HTTP code or by another error.",
    "a client takes the answer for something else, or raises another error",
    wrong="a submission is answered with 202, and was with 200",
    right="one more error is documented",
    mend="look at what is done on this answer",
)
READ_ELSEWHERE: Final = breaking(
    "read-elsewhere",
    "What a client reads of an answer stands elsewhere, is told otherwise, or is no longer there.",
    "clients of before find nothing, or something else",
    wrong="the id is at `/id`, and was at `/request_id`",
    right="the queue's length is told, too",
    mend="generate anew, and replace every copy of the client",
)
TOLD_MORE: Final = additive(
    "told-more",
    "A client can tell more from an answer than before.",
    "what it told before it still tells",
    wrong="the place in the queue is told",
    right="the place in the queue is no longer told",
)
FINAL_STATE_NEW: Final = breaking(
    "final-state-new",
    "There is a state that ends a job and that was not there, or did not end it, or whose meaning is open.",
    "clients of before do not know it, and wait until their time is up",
    wrong="a job may end as EXPIRED",
    right="a job may be WARMING_UP",
    mend="generate anew, and handle the new end",
)
STATE_NEW: Final = additive(
    "state-new",
    "There is a state on the way that was not there.",
    "clients poll on through states that they do not know",
    wrong="a job may be WARMING_UP",
    right="a job may end as EXPIRED",
)
FINAL_STATE_GONE: Final = breaking(
    "final-state-gone",
    "A state that ended jobs is no longer there, or no longer ends them.",
    "what ended so ends otherwise, or goes on",
    wrong="no job ends as FAILED",
    right="no job is WARMING_UP",
    mend="look at what is done on this end",
)
STATE_GONE: Final = editorial(
    "state-gone",
    "A state on the way is no longer there.",
    "what handles it is not wrong, and has nothing to do",
    wrong="no job is WARMING_UP",
    right="no job ends as FAILED",
)
STATE_MEANS_OTHER: Final = breaking(
    "state-means-other",
    "A state means something else.",
    "a client goes on waiting where it stopped, or the other way round, or takes a failure for a success",
    wrong="COMPLETED says that a job ended, and said that it succeeded",
    right="COMPLETED has another explanation",
    mend="look at what is done in this state",
)
STATES_FOLLOW_OTHERWISE: Final = editorial(
    "states-follow-otherwise",
    "States begin with, or follow on, others.",
    "clients take states in any order",
    wrong="QUEUED may be followed by FAILED",
    right="FAILED no longer ends a job",
)
POLL_SLOWER: Final = breaking(
    "poll-slower",
    "A provider asks for longer pauses between looks.",
    "clients of before look too often, and may be shut out",
    wrong="every 7 seconds at most, and was every 2",
    right="every 2 seconds at most, and was every 7",
    mend="generate anew, and replace every copy of the client",
)
POLL_FASTER: Final = additive(
    "poll-faster",
    "A provider allows shorter pauses between looks.",
    "longer ones stay right",
    wrong="every 2 seconds at most, and was every 7",
    right="every 7 seconds at most, and was every 2",
)
CUT_SOONER: Final = breaking(
    "cut-sooner",
    "A blocking call is broken off sooner, or at all.",
    "a call that came to its end may not",
    wrong="broken off after 60 seconds, and was after 100",
    right="broken off after 100 seconds, and was after 60",
    mend="go another way for what takes long",
)
CUT_LATER: Final = additive(
    "cut-later",
    "A blocking call is broken off later, or never.",
    "what came to its end still does",
    wrong="broken off after 100 seconds, and was after 60",
    right="broken off after 60 seconds, and was after 100",
)
JUDGED_OTHERWISE: Final = breaking(
    "judged-otherwise",
    "A provider judges the input at another time.",
    "wrong input is told where nobody looked for it, or costs a place in the queue",
    wrong="judged after queueing, and was at submission",
    right="judged at submission, as before, with another text",
    mend="look at where refusals are handled",
)
OFFER_NEW: Final = additive(
    "offer-new",
    "Something can be done that could not: an option, cancelling, a stream, webhooks, files, a request.",
    "everything else is as before",
    wrong="jobs can be cancelled",
    right="jobs can no longer be cancelled",
)
OFFER_GONE: Final = breaking(
    "offer-gone",
    "Something can no longer be done that could: an option, cancelling, a stream, webhooks, files, a request.",
    "code that does it is refused",
    wrong="jobs can no longer be cancelled",
    right="jobs can be cancelled",
    mend="do without it",
)
STEP_NEW: Final = breaking(
    "step-changed",
    "A result takes one request more, or one less, than before.",
    "clients of before stop too soon, or ask for what is not there",
    wrong="the file takes a request of its own",
    right="the request for the file has one more answer",
    mend="generate anew, and replace every copy of the client",
)
WEBHOOK_PROVEN_OTHERWISE: Final = breaking(
    "webhook-proven-otherwise",
    "A webhook is signed in another way, or no longer.",
    "code that checks it refuses what is genuine, or believes what is not",
    wrong="signed in another header",
    right="sent more often",
    mend="generate anew before the provider changes over",
)
DELIVERED_LESS: Final = breaking(
    "delivered-less",
    "A provider tries less hard to deliver a webhook: fewer times, or with less patience.",
    "one that was delivered in the end may be lost",
    wrong="3 attempts, and were 10",
    right="10 attempts, and were 3",
    mend="answer sooner, and look by yourself after a time",
)
DELIVERED_MORE: Final = additive(
    "delivered-more",
    "A provider tries harder to deliver a webhook, or says how hard it tries.",
    "what was delivered still is",
    wrong="10 attempts, and were 3",
    right="3 attempts, and were 10",
)
MODEL_GONE: Final = breaking(
    "model-gone",
    "A provider or an endpoint is no longer there.",
    "every call of it has nothing to call",
    wrong="`segmind/scail` is gone",
    right="`segmind/scail-2` is new",
    mend="keep the client of before, or call another model",
)
MODEL_NEW: Final = additive(
    "model-new",
    "There is a provider or an endpoint that was not there.",
    "the others are as before",
    wrong="`segmind/scail-2` is new",
    right="`segmind/scail` is gone",
)
NAME_CHANGED: Final = breaking(
    "name-changed",
    "Something in the client has another name.",
    "code that uses the old name does not run",
    wrong="the parameter `from_` is called `from_image`",
    right="the client has a further class",
    mend="use the new name",
)
