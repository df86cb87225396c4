"""Rules on copies of clients: what makes one differ from what it was, or from what it would be today."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

_ANEW: Final = "make it anew: callsheet vendor --into FOLDER"

NO_COPY: Final = Rule(
    "no-copy",
    "The folder is not one that `callsheet vendor` made.",
    "without its manifest nobody can tell what was made and what was written by hand",
    wrong="--check myapp",
    right="--check myapp/clients     (where MANIFEST.json lies)",
    mend="name the folder that was given to --into",
    example="folder",
)
COPY_EDITED: Final = Rule(
    "copy-edited",
    "A file of a copy was edited.",
    "the next `callsheet vendor` would lose the edit, and nobody reviews a client that is believed to be generated",
    wrong="clients/segmind/wan_animate.py     (a default changed by hand)",
    right="clients/specs/segmind/wan-animate.yaml     (changed in the specs, then vendored)",
    mend="put the change into the specs, or around the client; to lose it: callsheet vendor --into FOLDER --force",
    example="folder",
)
COPY_LACKS: Final = Rule(
    "copy-lacks",
    "A file of a copy is missing.",
    "a module that is not there fails when it is first used",
    wrong="clients/segmind/     (without errors.py)",
    right="clients/segmind/errors.py",
    mend=_ANEW,
    example="folder",
)
COPY_HAS_MORE: Final = Rule(
    "copy-has-more",
    "A file lies in the packages of a copy that was not made there.",
    "it looks generated and is not, and it stays when the copy is made anew",
    wrong="clients/segmind/helpers.py",
    right="myapp/helpers.py",
    mend="move it out of the copy",
    example="folder",
)
IN_THE_WAY: Final = Rule(
    "in-the-way",
    "A file lies where a copy would have one, and `callsheet vendor` did not make it.",
    "it would be lost",
    wrong="--into myapp     (which has a README.md of its own)",
    right="--into myapp/clients",
    mend="choose a folder of its own, or lose the file: --force",
    example="folder",
)
COPY_BEHIND_SPECS: Final = Rule(
    "copy-behind-specs",
    "The specs say something else than when a copy was made.",
    "the copy accepts and sends what the provider took then",
    wrong="clients/specs/segmind/wan-animate.yaml     (without the parameter that specs/ has now)",
    right="clients/specs/segmind/wan-animate.yaml     (as in specs/)",
    mend="look at what changed, then make it anew: callsheet vendor --into FOLDER",
    example="folder",
)
COPY_BEHIND_TOOL: Final = Rule(
    "copy-behind-tool",
    "A copy was made by another version of Callsheet.",
    "what was mended in the runtime since is not in the copy",
    wrong='"callsheet": "0.1.0"     (in MANIFEST.json, and this is 0.2.0)',
    right='"callsheet": "0.2.0"',
    mend=_ANEW,
    example="folder",
)
