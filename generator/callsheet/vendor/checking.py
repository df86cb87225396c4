"""How a copy differs from what was made, from what the specs say now, from what this version makes of its own specs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

import callsheet
from callsheet.emit import MANIFEST
from callsheet.emit.manifest import ProviderDigests, provider_digests
from callsheet.findings import Finding, in_order
from callsheet.rules import vendored as rules
from callsheet.vendor.choice import chosen, filed, unknown
from callsheet.vendor.folder import YOURS, Copy, make, read
from callsheet.vendor.lying import Lying
from callsheet.vendor.manifest import Manifest


def check(lying: Lying, manifest: Manifest, specs: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """All that is wrong with a copy. `specs` are those of today, by the paths that people know."""
    remade = _remade(lying, manifest)
    known = remade.files if remade else dict[str, str]()
    return in_order(
        (
            *(edited(lying, path, known.get(path)) for path in lying.edits(manifest)),
            *_lacking(lying, manifest),
            *_more(lying, manifest),
            *_behind_specs(lying, manifest, specs),
            *_behind_tool(lying, manifest, remade),
        )
    )


def edited(lying: Lying, path: str, original: str | None) -> Finding:
    """A file that is not as it was made; where, if the original is known."""
    line, words = _change(original, lying.files[path])
    return rules.COPY_EDITED.at(lying.at(path, line), words, lying.mended(rules.COPY_EDITED.mend))


def _remade(lying: Lying, manifest: Manifest) -> Copy | None:
    """What this version makes of the specs in the copy. None where they were touched, or can no longer be read."""
    specs = lying.specs(manifest)
    if specs is None:
        return None
    plan, _ = read(specs, {})
    if plan is None:
        return None
    return make(plan, specs, manifest.asked, manifest.http).without(YOURS - manifest.files.keys())


def _lacking(lying: Lying, manifest: Manifest) -> Iterator[Finding]:
    mend = lying.mended(rules.COPY_LACKS.mend)
    for path in manifest.files:
        if path not in lying.files:
            yield rules.COPY_LACKS.at(lying.at(path), "the file is missing", mend)


def _more(lying: Lying, manifest: Manifest) -> Iterator[Finding]:
    for path in lying.files:
        if path not in manifest.files and "/" in path:
            yield rules.COPY_HAS_MORE.at(lying.at(path), "the file is not part of the copy")


def _behind_specs(lying: Lying, manifest: Manifest, specs: Mapping[str, bytes]) -> Iterator[Finding]:
    """What the specs of today say differently, for each provider and each model of the copy."""
    now = filed(specs)
    gone = set(unknown(now, manifest.asked))
    plan, findings = read(chosen(now, [name for name in manifest.asked if name not in gone]), lying.shown(specs))
    if plan is None:
        yield from findings
        return
    digests = provider_digests(plan)
    for provider, then in manifest.providers.items():
        if provider in digests:
            yield from _behind(lying, provider, then, digests[provider])
        else:
            words = f"the specs have nothing of {provider} that the copy has; --specs names another folder of specs"
            yield rules.COPY_BEHIND_SPECS.at(lying.at(MANIFEST), words, "name the specs that it was made from")


def _behind(lying: Lying, provider: str, then: ProviderDigests, now: ProviderDigests) -> Iterator[Finding]:
    mend = lying.mended(rules.COPY_BEHIND_SPECS.mend)
    if now["spec"] != then["spec"]:
        versions = then["client_version"], now["client_version"]
        grown = "" if versions[0] == versions[1] else f" (client version {' → '.join(versions)})"
        at = lying.at(f"specs/{provider}/provider.yaml")
        yield rules.COPY_BEHIND_SPECS.at(at, f"the spec of {provider} has changed since{grown}", mend)
    for model in sorted({*then["models"], *now["models"]}):
        old, new = then["models"].get(model), now["models"].get(model)
        if old == new:
            continue
        what = "is new" if old is None else "is gone" if new is None else "has changed since"
        at = lying.at(f"specs/{provider}/{model}.yaml" if old else MANIFEST)
        yield rules.COPY_BEHIND_SPECS.at(at, f"the spec of {provider}/{model} {what}", mend)


def _behind_tool(lying: Lying, manifest: Manifest, remade: Copy | None) -> Iterator[Finding]:
    """Whether this version of Callsheet made the copy, and would make the same of the specs in it."""
    then, this = manifest.callsheet, callsheet.__version__
    made = remade.manifest.files if remade else manifest.files
    paths = {*made, *manifest.files}
    count = sum(made.get(path) != manifest.files.get(path) for path in paths)
    if then == this and not count:
        return
    words = f"made by Callsheet {then}, and this is {this}" if then != this else "made by another state of Callsheet"
    if remade:
        words += f", which makes {count} of {len(paths)} files otherwise" if count else ", which makes the same files"
    older = _order(this) < _order(then)
    mend = f"install Callsheet {then} or newer" if older else lying.mended(rules.COPY_BEHIND_TOOL.mend)
    yield rules.COPY_BEHIND_TOOL.at(lying.at(MANIFEST), words, mend)


def _change(original: str | None, found: bytes) -> tuple[int, str]:
    """The first line that differs, and how much does. Nothing is known of the lines where the original is not."""
    if original is None:
        return 0, "the file is not as it was made"
    before, after = original.splitlines(), _lines(found)
    if before == after:
        return 0, "the file differs in its line ends only, as after a checkout that converts them"
    changes = [group for group in difflib.SequenceMatcher(None, before, after).get_opcodes() if group[0] != "equal"]
    added = sum(j2 - j1 for _, _, _, j1, j2 in changes)
    gone = sum(i2 - i1 for _, i1, i2, _, _ in changes)
    return min(changes[0][3] + 1, max(len(after), 1)), f"the file is not as it was made: +{added} -{gone} lines"


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "backslashreplace").splitlines()


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
