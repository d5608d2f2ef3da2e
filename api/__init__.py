"""The web edge: JSON under `/v1`, pages for people, and the documentation of the JSON, all without the internet."""
