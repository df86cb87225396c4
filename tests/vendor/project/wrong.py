"""What a caller gets wrong. Each line that says WRONG is flagged by both type-checkers, and no other line is."""

from __future__ import annotations

from shop.inner.clients.fal import Fal
from shop.inner.clients.segmind import AsyncSegmind, Segmind, errors

VIDEO = "https://example.com/a.mp4"
IMAGE = "https://example.com/a.png"

segmind = Segmind("key")
wan = segmind.wan_animate

wan.submit(input_video=VIDEO, reference_image=IMAGE, prompt="x", sed=5)  # WRONG: no such parameter
wan.submit(input_video=VIDEO, reference_image=IMAGE, prompt="x", mode="Replace")  # WRONG: no such value
wan.submit(input_video=VIDEO, reference_image=IMAGE, prompt="x", seed="5")  # WRONG: type
wan.submit(input_video=VIDEO, reference_image=IMAGE, prompt="x", base64=None)  # WRONG: null
wan.submit(input_video=VIDEO, reference_image=IMAGE)  # WRONG: a parameter is missing
wan.submit(VIDEO, reference_image=IMAGE, prompt="x")  # WRONG: positional
wan.run(input_video=VIDEO, reference_image=IMAGE, prompt="x", timeout=5)  # WRONG: an option is no parameter
Fal().scail_2.run(prompt="x", image_url=IMAGE, video_url=VIDEO, num_inference_steps=2.5)  # WRONG: not whole
segmind.wan_animat.submit(input_video=VIDEO, reference_image=IMAGE, prompt="x")  # WRONG: no such endpoint
Segmind(api_key=5)  # WRONG: type

video = wan.run(input_video=VIDEO, reference_image=IMAGE, prompt="x")
_ = video.adress  # WRONG: no such attribute
_ = video.output.video  # WRONG: the output is text
video.save(5)  # WRONG: type
number: int = video.output  # WRONG: type
fal_video = Fal().scail_2.run(prompt="x", image_url=IMAGE, video_url=VIDEO)
_ = fal_video.output.video.adress  # WRONG: no such attribute of the output
wan.job("id").wait(timeout="long")  # WRONG: type
_ = errors.NoSuchError  # WRONG: no such error


async def film() -> None:
    """For asyncio."""
    client = AsyncSegmind("key")
    client.wan_animate.run(input_video=VIDEO, reference_image=IMAGE, prompt="x").save("x")  # WRONG: not awaited
    await client.wan_animate.run(input_video=VIDEO, reference_image=IMAGE, prompt=5)  # WRONG: type
