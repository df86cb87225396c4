"""The pages of fal: an endpoint's API page as text or HTML, and its `llms.txt`."""
