"""Segmind workflow: submit, and ask every seven seconds."""

import json
import os
import time

import requests

api_key = os.environ["SEGMIND_API_KEY"]
url = "https://api.segmind.com/workflows/68628fe34727e611dfa219b4-v4"
bearer = {"Authorization": f"Bearer {api_key}"}
image = "e698f341-23a1-465e-8164-16c577dfb4d0-5f184e74-c558-4b92-8696-722761fb3737.jpg"
data = {
    "Character_Image": f"https://segmind-inference-inputs.s3.amazonaws.com/{image}",
    "Scene_1": "Model on lighthouse rocks, hair streaming in gale",
    "Scene_2": "Model emerging from colored smoke, dramatic pose",
    "Scene_3": "Model by waterfall, mist creating natural wind effects",
    "Scene_4": "Model against chain-link fence, rebellious lean",
}


def poll_for_result(poll_url):
    """Ask until it is done."""
    while True:
        result = requests.get(poll_url, headers=bearer).json()
        if result["status"] == "COMPLETED":
            return json.loads(result["output"])
        if result["status"] == "FAILED":
            raise RuntimeError(result.get("error", "Generation failed"))
        time.sleep(7)


response = requests.post(url, json=data, headers={**bearer, "Content-Type": "application/json"})
if response.status_code == 200:
    print(json.dumps(poll_for_result(response.json()["poll_url"])))
else:
    print(f"Error: {response.status_code}", response.text)
