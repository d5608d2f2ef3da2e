"""The revisions in order: `0001_...`, `0002_...`. A published one never changes."""
