"""Rules on changes of what callers get back: the output, errors, what it costs and how long it is kept."""

from __future__ import annotations

from typing import Final

from callsheet.rules.change import additive, breaking, editorial

OUTPUT_FIELD_GONE: Final = breaking(
    "output-field-gone",
    "A field of the output is no longer there.",
    "code that reads it finds nothing",
    wrong="`/video/file_size` is gone",
    right="`/video/duration` is new",
    mend="read something else, or do without",
)
OUTPUT_FIELD_NEW: Final = additive(
    "output-field-new",
    "The output has a field more.",
    "the others are answered as before",
    wrong="`/video/duration` is new",
    right="`/video/file_size` is gone",
)
OUTPUT_TYPE_CHANGED: Final = breaking(
    "output-type-changed",
    "A part of the output is, or can be, of another type, form or format.",
    "code that reads it takes it for something else",
    wrong="`/seed` is text, and was an integer",
    right="`/seed` is an integer, and was a number",
    mend="read it as what it is now",
)
OUTPUT_PROMISES_MORE: Final = additive(
    "output-promises-more",
    "Of a part of the output more is promised than before: it is always there, never null, of fewer types or values.",
    "code that reads it still can",
    wrong="`/seed` is always there",
    right="`/seed` may be missing",
)
OUTPUT_PROMISES_LESS: Final = breaking(
    "output-promises-less",
    "A part of the output may be missing, null or an empty list, and could not.",
    "code that counts on it finds nothing",
    wrong="`/seed` may be missing",
    right="`/seed` is always there",
    mend="look before reading it",
)
OUTPUT_VALUE_NEW: Final = additive(
    "output-value-new",
    "A part of the output may have values that it had not: one more of a list, or beyond a limit.",
    "answers are open: clients keep values that they do not know, and code has to reckon with them at any time",
    wrong='`/content_type` may be "video/webm", too',
    right="`/content_type` may be null",
)
OUTPUT_FILE_MOVED: Final = breaking(
    "output-file-moved",
    "The file that a call is about stands elsewhere in the output, or is of another kind.",
    "what is saved is another file, or none",
    wrong="the file is at `/videos/0`, and was at `/video`",
    right="the file at `/video` has one more field beside it",
    mend="look at what is done with the file",
)
ERROR_GONE: Final = editorial(
    "error-gone",
    "An HTTP code is no longer listed among the errors of an endpoint.",
    "what handles it is not wrong, and may have nothing to do",
    wrong="406 is no longer listed",
    right="402 is listed",
)
ERROR_NEW: Final = additive(
    "error-new",
    "There is an error that was not documented.",
    "calls stay right; what went wrong can be told more precisely",
    wrong="402 is listed",
    right="406 is no longer listed",
)
ERROR_CLASS_GONE: Final = breaking(
    "error-class-gone",
    "The client has no class for an error any more.",
    "code that catches it cannot import it",
    wrong="`insufficient_credits` is no longer documented",
    right="`insufficient_credits` has a new sibling",
    mend="catch the class that its answers fall under now",
)
ERROR_MEANS_OTHER: Final = breaking(
    "error-means-other",
    "An error means something else: its kind, whether the job was accepted, whether it may be repeated, who mends it.",
    "a client repeats what it did not, or gives up where it went on",
    wrong="after `server_error` a job may be running, and could not",
    right="`server_error` has another text",
    mend="look at what is done on this error",
)
ERROR_MENDED_BY_OTHERS: Final = editorial(
    "error-mended-by-others",
    "Someone else can do something about an error, or it is said to be of moderation.",
    "it is raised as before; only what it says of itself is other",
    wrong="`forbidden` is for the account to mend, and was for the caller",
    right="`forbidden` is raised for another HTTP code",
)
BILLED_MORE: Final = breaking(
    "billed-more",
    "What failed is, or may be, charged, and was not.",
    "the same failure costs more",
    wrong="a job that failed may be billed",
    right="a job that failed is never billed",
    mend="look at budgets",
)
BILLED_LESS: Final = additive(
    "billed-less",
    "What failed is charged less often than before.",
    "nothing costs more",
    wrong="a job that failed is never billed",
    right="a job that failed may be billed",
)
PRICE_RAISED: Final = breaking(
    "price-raised",
    "A call costs more, or may.",
    "the same call costs more than was reckoned with",
    wrong="0.25 USD for a second, and was 0.20",
    right="0.15 USD for a second, and was 0.20",
    mend="look at budgets",
)
PRICE_LOWERED: Final = additive(
    "price-lowered",
    "A call costs less, or cannot cost more than something.",
    "no call costs more than was reckoned with",
    wrong="0.15 USD for a second, and was 0.20",
    right="0.25 USD for a second, and was 0.20",
)
PRICE_CHANGED: Final = breaking(
    "price-counted-otherwise",
    "A price is in another currency or for something else.",
    "amounts do not compare with those of before",
    wrong="USD for a second of output, and was for a call",
    right="USD for a call, and nothing was stated",
    mend="look at estimates and budgets",
)
PRICE_STATED: Final = additive(
    "price-stated",
    "What a call costs is stated now.",
    "it could not be estimated before",
    wrong="a call costs 0.20 USD, and nothing was stated",
    right="a call costs 0.20 USD, and cost 0.15",
)
PRICE_UNSTATED: Final = breaking(
    "price-unstated",
    "What a call costs is no longer stated.",
    "estimates and budgets have nothing to go by",
    wrong="a call cost 0.20 USD, and nothing is stated now",
    right="a call costs 0.15 USD, and cost 0.20",
    mend="ask the provider, and set a limit of your own",
)
TYPICAL_TIME_CHANGED: Final = editorial(
    "typical-time-changed",
    "A call typically takes longer or less long, or nothing is said of it any more.",
    "it sets when a client looks, and promises nothing",
    wrong="typically 500 seconds, and was 412",
    right="results are kept for 500 seconds, and were for 3600",
)
KEPT_SHORTER: Final = breaking(
    "kept-shorter",
    "A result can be fetched for less long, or only for a time where nothing was said.",
    "a result that is fetched late is lost",
    wrong="kept for an hour, and was for a day",
    right="kept for a day, and was for an hour",
    mend="fetch results sooner",
)
KEPT_LONGER: Final = additive(
    "kept-longer",
    "A result can be fetched for longer.",
    "what came in time still does",
    wrong="kept for a day, and was for an hour",
    right="kept for an hour, and was for a day",
)
ANSWER_FIELD_GONE: Final = breaking(
    "answer-field-gone",
    "An answer or webhook no longer has a key or header that it had.",
    "code that reads raw answers finds nothing",
    wrong="the submission's answer has no `status_url`",
    right="the submission's answer has a `cancel_url`, too",
    mend="do without it",
)
ANSWER_FIELD_NEW: Final = additive(
    "answer-field-new",
    "An answer or webhook has a key or header more.",
    "the others are there as before",
    wrong="the submission's answer has a `cancel_url`, too",
    right="the submission's answer has no `status_url`",
)
PLAYED_OTHERWISE: Final = editorial(
    "played-otherwise",
    "Something changed that the emulator plays and no client reads or sends.",
    "no call, and nothing that a client makes of an answer, depends on it",
    wrong="the answer to a submission says `Workflow accepted`",
    right="the answer to a submission has no `request_id`",
)
