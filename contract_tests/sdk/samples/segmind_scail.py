"""Segmind `scail`, v1: one blocking call."""

import json
import os

import requests

url = "https://api.segmind.com/v1/scail"
headers = {"x-api-key": os.environ["SEGMIND_API_KEY"], "Content-Type": "application/json"}
inputs = "https://segmind-resources.s3.amazonaws.com/input"
data = {
    "prompt": "a cat playing",
    "reference_image": f"{inputs}/a27216d9-5e6a-497e-a995-392f13e171e3-scail-ref-image.jpg",
    "input_video": f"{inputs}/4c379a6a-f6af-445b-aa82-8baf4d3c67d4-scail-video.mp4",
    "seed": 987654321,
    "resolution": "576p",
    "base64": False,
}

response = requests.post(url, headers=headers, json=data)
if response.status_code == 200:
    print(json.dumps(response.json()))
else:
    print(f"Error: {response.status_code}", response.text)
