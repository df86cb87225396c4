"""How a key is given and sent."""

from __future__ import annotations

from callsheet.spec.model import Citation, CredentialSpec
from callsheet.spec.read.values import At


def read_credential(at: At, inherited: Citation) -> CredentialSpec:
    """A provider's credential, or that of one protocol."""
    return CredentialSpec(
        env=at.text("env"),
        header=at.maybe_text("header"),
        query=at.maybe_text("query"),
        value=at.text("value"),
        hosts=at.texts("hosts"),
        refuses_with=at.maybe_text("refuses_with"),
        cited=at.cited(inherited),
        node=at.node,
    )
