"""Every Python name in the generated code is made here, and nowhere else."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

from callsheet.plan.model import Code

# In the body of a class a field with one of these names would hide the type that other fields use.
HIDES_A_TYPE: Final = frozenset(
    {
        *("str", "int", "float", "bool", "list", "dict", "object", "None"),
        *("Any", "Annotated", "Field", "Literal", "NotRequired", "Required"),
    }
)

# Attributes of a client and modules of a provider package that a model must not take away.
_TAKEN_BY_CLIENT: Final = frozenset(
    {"close", "context", "error_classes", "errors", "provider", "session", "verify_webhook"}
)

# Names that the generated modules import or define beside the classes of a model, a provider or an error.
_TAKEN_IN_MODULES: Final = frozenset(
    {
        *("Any", "Literal", "NotRequired", "TypedDict", "Unpack", "Annotated", "Field"),
        *("Client", "Endpoint", "CallEndpoint", "Job", "Result", "Model", "Provider", "Request", "Answer"),
        *("Choice", "Criterion", "MediaFile", "MediaInput", "MediaInputs", "NoOptions"),
        *("ErrorRow", "MODEL", "ERRORS", "ROWS", "TYPE_CHECKING"),
    }
)

# Names that the errors module re-exports from the runtime.
RUNTIME_ERRORS: Final = (
    "AnswerWarning",
    "CallsheetError",
    "ConnectionFailed",
    "DownloadFailed",
    "InvalidInput",
    "JobCancelled",
    "JobFailed",
    "JournalFailed",
    "JournalWarning",
    "MissingKey",
    "NotFinished",
    "NotSupported",
    "ProviderError",
    "Refused",
    "SpoolFailed",
    "SubmissionUnknown",
    "Unavailable",
    "UnexpectedAnswer",
    "UnknownJob",
    "UnknownStateWarning",
    "UnusableHandle",
    "Violation",
    "WaitTimeout",
)

FILE_ERRORS: Final = ("MissingPackage", "UploadFailed", "WebhookRefused")
"""The same, of files and webhooks."""

_WORDS: Final = re.compile(r"[A-Za-z0-9]+")


def param_name(wire: str) -> Code:
    """Name of a parameter in a signature: the wire name itself wherever Python can say it.

    `class` becomes `class_`, `content-type` becomes `content_type`, `3d` becomes `p_3d`. The call takes both names.
    """
    if _usable(wire):
        return Code(wire)
    name = re.sub(r"\W", "_", unicodedata.normalize("NFKC", wire)).strip("_") or "parameter"
    if not name.isidentifier():
        name = f"p_{name}"
    if not name.isidentifier():  # a script that Python knows no identifiers in
        name = "parameter"
    return Code(name if _usable(name) else f"{name}_")


def says_itself(wire: str) -> bool:
    """Whether Python can say a wire name as it is."""
    return _usable(wire)


def module_name(identifier: str) -> Code:
    """Module of a model, and the client's attribute for it: `wan2.1-t2v` becomes `wan2_1_t2v`."""
    name = "_".join(_WORDS.findall(identifier)).lower() or "model"
    if name[0].isdigit():
        name = f"m_{name}"
    return Code(f"{name}_" if keyword.iskeyword(name) or name in _TAKEN_BY_CLIENT else name)


def class_name(identifier: str) -> Code:
    """Class of a model, a provider or an error: `wan2.1-t2v` becomes `Wan21T2v`."""
    return _class(identifier, "")


def spaced_class_name(identifier: str) -> Code:
    """The longer form that keeps words apart, for when two short ones are the same: `Scail_2` beside `Scail2`."""
    return _class(identifier, "_")


def class_names(identifiers: Iterable[str], client: str) -> dict[str, Code]:
    """Classes of the models of a provider: short names where they differ, the spaced form for all that would share one.

    None is that of the client itself.
    """
    short = {identifier: class_name(identifier) for identifier in identifiers}
    times = Counter(short.values())
    found = {
        identifier: name if times[name] == 1 else spaced_class_name(identifier) for identifier, name in short.items()
    }
    clients = {client, f"Async{client}"}
    return {identifier: Code(f"{name}Model") if name in clients else name for identifier, name in found.items()}


def error_name(identifier: str) -> Code:
    """Class of a documented error: `rate_limited` becomes `RateLimited`."""
    name = class_name(identifier)
    return Code(f"{name}Error") if name in {*RUNTIME_ERRORS, *FILE_ERRORS} or hasattr(builtins, name) else name


def constant_name(identifier: str) -> Code:
    """Constant for a protocol's table: `queue` becomes `QUEUE`."""
    return Code(module_name(identifier).upper())


def _class(identifier: str, between: str) -> Code:
    name = between.join(word[0].upper() + word[1:] for word in _WORDS.findall(identifier)) or "Model"
    if name[0].isdigit():
        name = f"M{name}"
    # The mirror of a class is called `Async…`, and so are those of the runtime.
    taken = {name, name.removeprefix("Async")} & _TAKEN_IN_MODULES
    return Code(f"{name}_" if keyword.iskeyword(name) or taken else name)


def _usable(name: str) -> bool:
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and name not in HIDES_A_TYPE
        and not name.startswith("__")  # mangled in a class body
        and unicodedata.normalize("NFKC", name) == name  # Python would normalise it, the wire would not
    )
