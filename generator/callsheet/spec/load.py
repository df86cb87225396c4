"""Text of spec files in, values and findings out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from callsheet.findings import Finding, in_order
from callsheet.source.files import SUFFIXES
from callsheet.source.yamltree import read_yaml
from callsheet.spec import check, structure
from callsheet.spec.model import ModelSpec, ProviderSpec, Specs
from callsheet.spec.read import read_model, read_provider
from callsheet.spec.salvage import Salvaged


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files say, as far as it could be read, and what is wrong with them."""

    specs: Specs
    findings: tuple[Finding, ...]


def load(files: Mapping[str, bytes]) -> Loaded:
    """Read and check spec files, given by path. Every fault of every file is found in one run; no bytes make it raise.

    A file named `provider.yaml` is a provider, `*.page.yaml` is passed over, anything else is a model.
    """
    findings: list[Finding] = []
    left: dict[str, Salvaged] = {}
    providers: list[ProviderSpec] = []
    models: list[ModelSpec] = []
    unread: set[str] = set()
    for path in sorted(files):
        if is_page(path):
            continue
        spec = _file(path, files[path], findings, left)
        match spec:
            case ProviderSpec():
                providers.append(spec)
            case ModelSpec():
                models.append(spec)
            case None if is_provider(path):
                unread.add(PurePosixPath(path).parent.name)
            case None:
                pass
    specs = Specs(tuple(providers), tuple(models))
    meaning = (finding for finding in check.check(specs, frozenset(unread)) if not _follows(finding, left))
    sound = Specs(
        tuple(provider for provider in providers if provider.file not in left),
        tuple(model for model in models if model.file not in left),
    )
    return Loaded(sound, in_order(_said_once([*findings, *meaning])))


def _follows(finding: Finding, left: Mapping[str, Salvaged]) -> bool:
    """Whether a finding is about nothing but what was taken out of a faulty file of the same folder."""
    folder = PurePosixPath(finding.span.path).parent
    return any(PurePosixPath(path).parent == folder and part.gaps.misses(finding) for path, part in left.items())


def faults(specs: Specs) -> tuple[Finding, ...]:
    """What is wrong with the meaning of specs that were put together some other way, such as by switches."""
    return in_order(check.check(specs))


def is_provider(path: str) -> bool:
    """Whether a file describes a provider, by its name."""
    return PurePosixPath(path).stem == "provider"


def is_page(path: str) -> bool:
    """Whether a file holds the facts of a page as it was last read, which are no spec."""
    return path.endswith(tuple(f".page{suffix}" for suffix in SUFFIXES))


def _file(
    path: str, data: bytes, findings: list[Finding], left: dict[str, Salvaged]
) -> ProviderSpec | ModelSpec | None:
    """One file, without what is faulty in its structure; None where too little is left."""
    node, faults = read_yaml(path, data)
    findings.extend(faults)
    if node is None:
        return None
    provider = is_provider(path)
    kind: structure.Kind = "provider" if provider else "model"
    wrong = structure.check(node, kind)
    findings.extend(wrong)
    if wrong:
        left[path] = structure.salvaged(path, node, kind)
        if (rest := left[path].node) is None:
            return None
        node = rest
    return read_provider(path, node) if provider else read_model(path, node)


def _said_once(findings: list[Finding]) -> list[Finding]:
    """Without later findings at a value that the reader of the text has refused already: they follow from the first."""
    text_rules = {
        "unquoted-ratio",
        "unquoted-boolean",
        "unquoted-number",
        "unquoted-date",
        "not-finite",
        "unknown-tag",
        "unknown-alias",
    }
    refused = {finding.span: finding.rule for finding in findings if finding.rule in text_rules}
    tagged = {finding.span[:3] for finding in findings if finding.rule == "unknown-tag"}
    return [
        finding
        for finding in findings
        if finding.rule == refused.get(finding.span, finding.rule)
        and (finding.rule == "unknown-tag" or finding.span[:3] not in tagged)
    ]
