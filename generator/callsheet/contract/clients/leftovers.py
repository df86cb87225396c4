"""A temporary folder of the tests' own: the files of blocking calls that nobody saves are gone with it.

A client never deletes such a file, since it may be all that there is of a job that was paid for; a test has to.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock


@contextmanager
def swept(folder: Path) -> Generator[None]:
    """While the block lasts, temporary files of this process and of those that it starts go into a folder.

    The folder is removed with all that is in it.
    """
    with mock.patch.object(tempfile, "tempdir", str(folder)), mock.patch.dict(os.environ, {"TMPDIR": str(folder)}):
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
