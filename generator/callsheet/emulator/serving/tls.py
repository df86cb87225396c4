"""TLS with a throw-away authority: for clients in whose addresses `https` is written once and for all."""

from __future__ import annotations

import importlib
import ssl
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final
from urllib.parse import urlsplit

from callsheet.emulator.requests.routes import known_as
from callsheet.plan.model import Plan

_OURS: Final = b"-----BEGIN CERTIFICATE-----"
_MENDED_BY: Final = "install it with `pip install 'callsheet[tls]'`"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class TlsError(ValueError):
    """TLS was asked for and cannot be had."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who vouches for the emulator, for as long as it runs: the key is kept nowhere."""

    file: Path
    """The authority's certificate, which a client has to trust."""
    context: ssl.SSLContext
    """For a server: one certificate for loopback and for every declared host."""


@dataclass(frozen=True, slots=True)
class Secured:
    """How a client reaches an emulator that serves TLS."""

    ca: Path
    """What it has to trust."""
    proxy: str
    """A proxy for HTTPS that knows the declared hosts, and no other."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What to set for a process whose clients are to end up here, whatever addresses are written in them.

        Those of OpenSSL, requests, curl and Node.js. A client that ignores proxies needs another address as well.
        """
        ca = str(self.ca)
        return {
            "SSL_CERT_FILE": ca,
            "REQUESTS_CA_BUNDLE": ca,
            "CURL_CA_BUNDLE": ca,
            "NODE_EXTRA_CA_CERTS": ca,
            "NODE_USE_ENV_PROXY": "1",
            "HTTPS_PROXY": self.proxy,
            "https_proxy": self.proxy,
        }


@contextmanager
def authority(names: Iterable[str], keep: Path | None = None) -> Generator[Authority]:
    """An authority, and a certificate for `names`. Its file is `keep`, which stays, or one that goes with the block.

    Raises TlsError where the library is missing or the file cannot be written.
    """
    made = _trustme().CA(organization_name="Callsheet emulator", organization_unit_name="for tests, never kept")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert(*names).configure_cert(context)
    pem = made.cert_pem.bytes()
    if keep is not None:
        _write(keep, pem)
        yield Authority(keep, context)
        return
    with tempfile.TemporaryDirectory(prefix="callsheet-") as folder:
        file = Path(folder) / "ca.pem"
        file.write_bytes(pem)
        yield Authority(file, context)


def names_of(plan: Plan, bind: str) -> tuple[str, ...]:
    """What a certificate has to be for: where the emulator listens, and what it stands for."""
    return tuple(dict.fromkeys((*_LOOPBACK, bind, *_declared(plan))))


def _declared(plan: Plan) -> Iterator[str]:
    for provider in plan.providers:
        for host in provider.table.hosts:
            for url in known_as(provider, host):
                name = urlsplit(url).hostname
                if name:
                    yield name


def _write(file: Path, pem: bytes) -> None:
    try:
        if file.exists() and not file.read_bytes().startswith(_OURS):
            raise TlsError(f"{file} is there and holds no certificate; it is not overwritten. Name another file")
        file.write_bytes(pem)
    except OSError as problem:
        raise TlsError(f"{file} cannot be written: {problem.strerror or problem}") from problem


def _trustme() -> ModuleType:
    try:
        return importlib.import_module("trustme")
    except ImportError as problem:
        raise TlsError(f"TLS needs the library trustme; {_MENDED_BY}") from problem
