"""Segmind `wan-animate`, v2: submit and wait with the SDK."""

from segmind import InferenceFailed, InferenceTimeout, SegmindClient

client = SegmindClient()  # reads SEGMIND_API_KEY
inputs = "https://segmind-resources.s3.amazonaws.com/input"
payload = {
    "input_video": f"{inputs}/e9f1b4cb-812d-43b4-9aaf-572bc01828d1-animate-1.mp4",
    "reference_image": f"{inputs}/7af018fd-d18a-4688-9afd-52df7510fe69-MarkuryFLUX_03641_.png",
    "resolution": "480p",
    "prompt": "woman posing for a selfie",
    "seed": 987778,
    "mode": "replace",
    "base64": False,
}
job = client.submit_async("wan-animate", **payload)
print(job.request_id)
try:
    result = job.wait(timeout=900, interval=2.0)
    print(result["status"])
    print(result.get("output"))
except InferenceTimeout as e:
    print("still running:", e.request_id)
except InferenceFailed as e:
    print("failed:", e.detail)
