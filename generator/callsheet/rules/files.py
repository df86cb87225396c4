"""Rules on files and folders."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

MISSING_FOLDER: Final = Rule(
    "missing-folder",
    "The folder of specs does not exist.",
    "there is nothing to read",
    wrong="--specs spec     (there is only specs/)",
    right="--specs specs",
    mend="name the folder that holds <provider>/provider.yaml",
    example="folder",
)
NOT_A_FOLDER: Final = Rule(
    "not-a-folder",
    "A file was named where the folder of specs is expected.",
    "a model is read together with its provider, so the whole folder is needed",
    wrong="--specs specs/fal/scail-2.yaml",
    right="--specs specs",
    mend="name the folder that holds <provider>/provider.yaml",
    example="folder",
)
NO_SPECS: Final = Rule(
    "no-specs",
    "The folder holds no spec at all.",
    "there is nothing to read",
    wrong="specs/notes.txt",
    right="specs/fal/provider.yaml\nspecs/fal/scail-2.yaml",
    mend="a provider is <provider>/provider.yaml, each of its models <provider>/<model>.yaml",
    example="folder",
)
FOLDER_FOR_FILE: Final = Rule(
    "folder-for-file",
    "A folder has the name of a spec file.",
    "it would be passed over in silence, and with it what was meant to be in it",
    wrong="specs/fal/scail-2.yaml/",
    right="specs/fal/scail-2.yaml",
    mend="rename the folder, or put a file in its place",
    example="folder",
)
MISPLACED_FILE: Final = Rule(
    "misplaced-file",
    "A spec file lies beside the provider folders, or deeper than within one.",
    "the folder of a spec says which provider it belongs to",
    wrong="specs/scail-2.yaml",
    right="specs/fal/scail-2.yaml",
    mend="move it to <provider>/<model>.yaml",
    example="folder",
)
UNREADABLE_FILE: Final = Rule(
    "unreadable-file",
    "The system does not let the file be read.",
    "what it says is not known",
    wrong="specs/fal/scail-2.yaml -> scail-2.yaml     (a link to itself)",
    right="specs/fal/scail-2.yaml",
    mend="look at its permissions, and where it leads if it is a link",
    example="folder",
)
FILE_TOO_LARGE: Final = Rule(
    "file-too-large",
    "The file is larger than 1 MiB.",
    "a spec is written and reviewed by people; this is something else",
    wrong="specs/fal/scail-2.yaml     (40 MB)",
    right="specs/fal/scail-2.yaml     (7 kB)",
    mend="see whether another file got this name",
    example="folder",
)
BINARY_FILE: Final = Rule(
    "binary-file",
    "The file is not text.",
    "a spec is text in UTF-8; this is something else",
    wrong="specs/fal/scail-2.yaml     (an image)",
    right="specs/fal/scail-2.yaml     (text)",
    mend="see whether another file got this name",
    example="folder",
)
NOT_UTF8: Final = Rule(
    "not-utf-8",
    "The text is in another encoding than UTF-8.",
    "letters would come out wrong, in prompts, too",
    wrong="specs/fal/scail-2.yaml     (UTF-16)",
    right="specs/fal/scail-2.yaml     (UTF-8)",
    mend="save the file as UTF-8",
    example="folder",
)
