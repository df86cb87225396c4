"""Keeps a key that travels in a URL out of the logs of the HTTP library."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import quote, quote_plus

from . import _http

_MARK: Final = "***"


class _Redacting(logging.Filter):
    """Rewrites records that hold a secret. Nothing is ever dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record through, without secrets."""
        text = record.getMessage()
        clean = text
        for secret in self.secrets:
            clean = clean.replace(secret, _MARK)
        if clean is not text and clean != text:
            record.msg, record.args = clean, None
        return True


_FILTER: Final = _Redacting()


def keep_out_of_logs(secret: str) -> None:
    """From now on no record of the HTTP library shows this secret, as it is or as a URL spells it."""
    if not secret or secret in _FILTER.secrets:
        return
    _FILTER.secrets |= {secret, quote(secret, safe=""), quote_plus(secret)}
    for name in _http.LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
