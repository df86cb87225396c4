"""What a caller of a vendored client writes, rightly. Both type-checkers agree, at their strictest."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from shop.inner.clients.segmind import AsyncSegmind, Segmind, errors


def films(key: str | None, mode: Literal["animation", "replace"]) -> list[Path]:
    """Blocking."""
    with Segmind(key, hosts={"api": "http://127.0.0.1:1"}) as segmind:
        job = segmind.wan_animate.submit(
            input_video="https://example.com/a.mp4",
            reference_image="https://example.com/a.png",
            prompt="x",
            mode=mode,
            resolution="720p",
            seed=5,
        )
        token: str = job.token
        try:
            video = segmind.wan_animate.job(token).wait(timeout=900, on_update=print)
        except errors.JobFailed as failure:
            words: str | None = failure.message
            raise SystemExit(words) from failure
        address: str = video.output
        return [video.save("selfie.mp4"), Path(address), video.save(Path("folder"))]


async def film() -> str:
    """For asyncio."""
    async with AsyncSegmind() as segmind:
        video = await segmind.wan_animate.with_options(timeout=900).run(
            input_video="https://example.com/a.mp4", reference_image="https://example.com/a.png", prompt="x"
        )
        await video.save("selfie.mp4")
        return video.url


def findings(payload: dict[str, object]) -> list[str]:
    """Offline."""
    return [f"{found.field}: {found.fact}" for found in Segmind().wan_animate.validate(payload)]
