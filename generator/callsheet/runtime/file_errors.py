"""What a client raises about files of the caller's and about webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .errors import CallsheetError

if TYPE_CHECKING:
    from .steps import Reply

WebhookFault = Literal["header", "time", "signature", "body", "replay"]
"""A header is missing or no such thing, its time is too far from ours, no signature fits, the body says nothing, or it
was received before.
"""


class MissingPackage(CallsheetError, ImportError):
    """A package is not installed that this one thing needs."""


class WebhookRefused(CallsheetError):
    """A webhook is not to be believed. Answer it with 4xx; with 200 where `fault` is `replay`: it was received."""

    def __init__(self, provider: str, fault: WebhookFault, why: str) -> None:
        self.fault: WebhookFault = fault
        super().__init__(f"a webhook that calls itself one of {provider} is refused: {why}")


class UploadFailed(CallsheetError):
    """A file of the caller's did not reach the provider. Nothing was submitted."""

    def __init__(self, endpoint: str, field: str, file: str, why: str, answer: Reply | None = None) -> None:
        self.field = field
        """The parameter that holds it."""
        self.answer = answer
        """The raw answer that was the last word, where there was one."""
        super().__init__(f"{endpoint}: {field} ({file}) could not be sent: {why.rstrip('.')}. Nothing was submitted.")
