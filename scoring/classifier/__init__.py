"""The classifier: what each turn does in the call, and from that what each item of a scorecard deserves."""
