"""segmind: each case is a way of use that its documentation shows. Hosts and keys are left as they are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segmind
from cases import tell
from segmind import SegmindClient
from segmind.v2 import AsyncJob

VIDEO = {"input_video": "https://example.com/a.mp4", "reference_image": "https://example.com/a.png"}
MODEL = "wan-animate"
INPUT = {**VIDEO, "prompt": "a selfie", "resolution": "480p", "mode": "replace"}
FLOW = "68628fe34727e611dfa219b4-v4"


def wait() -> Any:
    """Submit, look, wait, fetch again."""
    job = SegmindClient().submit_async(MODEL, **INPUT)
    early, result_early = job.status(), job.result()
    done = job.wait(timeout=30, interval=0.05)
    return {
        "submitted": job.submit_response,
        "early": early,
        "result_early": result_early,
        "done": done,
        "same": done == job.result(),
        "status": job.status(),
    }


def run() -> Any:
    """One line, with the client that the package makes itself."""
    return segmind.run(MODEL, **INPUT)


def run_sync() -> Any:
    """The blocking call of the first version: raw bytes."""
    answer = SegmindClient().run_sync("wan2.1-t2v", **_T2V)
    return {
        "status": answer.status_code,
        "type": answer.headers["content-type"],
        "headers": dict(answer.headers),
        "begins": answer.content[4:8].decode(),
    }


def run_sync_as_text() -> Any:
    """The same as base64."""
    return SegmindClient().run_sync("scail", prompt="a cat", **VIDEO, base64=True).json()


def run_sync_with_bad_input() -> Any:
    """A blocking call says at once what is wrong."""
    return SegmindClient().run_sync(MODEL, **INPUT | {"mode": "Replace"})


def bad_input() -> Any:
    """The queue takes everything; the fault comes later, under 422."""
    return SegmindClient().submit_async(MODEL, **INPUT | {"mode": "Replace"}).wait(timeout=30, interval=0.05)


def failed_result() -> Any:
    """What the result's address says of such a job."""
    job = SegmindClient().submit_async(MODEL, **INPUT | {"mode": "Replace"})
    while job.status()["status"] != "FAILED":
        pass
    return job.result()


def bad_key() -> Any:
    """Come with a key that is not known."""
    return SegmindClient(api_key="SG_nobody").submit_async(MODEL, **INPUT)


def bad_key_sync() -> Any:
    """The same for a blocking call."""
    return SegmindClient(api_key="SG_nobody").run_sync(MODEL, **INPUT)


def unknown_model() -> Any:
    """Call a model that no spec has."""
    return SegmindClient().submit_async("no-such-model")


def unknown_job() -> Any:
    """Wait for a job that never was."""
    url = "https://api.segmind.com/v2/requests/0123456789abcdef0123456789abcdef"
    return AsyncJob("0123456789abcdef0123456789abcdef", f"{url}/status", url, {}, SegmindClient()).wait(timeout=5)


def pixelflow() -> Any:
    """A workflow, followed to its end."""
    return SegmindClient().pixelflows.run(workflow_id=FLOW, data={"Scene_1": "rain"}, poll_interval=0)


def pixelflow_by_url() -> Any:
    """The same by address, with each step by hand."""
    flows = SegmindClient().pixelflows
    submitted = flows.run(workflow_url=f"https://api.segmind.com/workflows/{FLOW}", poll=False)
    early = flows.get_status(poll_id=submitted["request_id"])
    done = flows.poll(poll_url=submitted["poll_url"], poll_interval=0)
    return {"submitted": submitted, "early": early, "done": done, "again": flows.get_status(submitted["request_id"])}


def pixelflow_timeout() -> Any:
    """The SDK gives up without an exception."""
    return SegmindClient().pixelflows.run(workflow_id=FLOW, data={}, poll_interval=0, max_wait_time=-1)


def unknown_pixelflow() -> Any:
    """A workflow that no spec has."""
    return SegmindClient().pixelflows.run(workflow_id="0123456789abcdef01234567-v1")


def upload() -> Any:
    """A file gets an address."""
    client = SegmindClient()
    with TemporaryDirectory() as folder:
        told = client.files.upload(_file(folder, "a.png"))
    return {**told, "fetched": client._client.get(told["file_urls"][0]).text}


def upload_two() -> Any:
    """Two at once."""
    client = SegmindClient()
    with TemporaryDirectory() as folder:
        told = client.files.upload([_file(folder, "a.png"), _file(folder, "b.mp4")])
    return {**told, "fetched": [client._client.get(url).text for url in told["file_urls"]]}


def credits_left() -> Any:
    """An address beside the models, for which the SDK has no method."""
    return SegmindClient()._request("GET", "/get-user-credits").json()


def _file(folder: str, name: str) -> Path:
    file = Path(folder) / name
    file.write_text(f"bytes of {name}", "utf-8")
    return file


def webhooks() -> Any:
    """A host that no spec declares."""
    return SegmindClient().webhooks.get()


_T2V = {"prompt": "London at night", "aspect_ratio": "16:9", "base_model": "14b", "video_length": 3, "steps": 30}

if __name__ == "__main__":
    tell(
        *(wait, run, run_sync, run_sync_as_text, run_sync_with_bad_input),
        *(bad_input, failed_result, bad_key, bad_key_sync, unknown_model, unknown_job),
        *(pixelflow, pixelflow_by_url, pixelflow_timeout, unknown_pixelflow, upload),
        *(upload_two, credits_left, webhooks),
    )
