"""Segmind `wan2.1-t2v`, v1: one blocking call."""

import json
import os

import requests

url = "https://api.segmind.com/v1/wan2.1-t2v"
headers = {"x-api-key": os.environ["SEGMIND_API_KEY"], "Content-Type": "application/json"}
data = {
    "prompt": "A smiling woman walking in London at night",
    "negative_prompt": "blurry, bad quality, camera shake, distortion, poor composition, low resolution, artifact, "
    "watermark",
    "seed": 9604478,
    "video_length": 3,
    "base_model": "14b",
    "aspect_ratio": "16:9",
    "steps": 30,
    "base64": False,
}

response = requests.post(url, headers=headers, json=data)
if response.status_code == 200:
    print(json.dumps(response.json()))
else:
    print(f"Error: {response.status_code}", response.text)
