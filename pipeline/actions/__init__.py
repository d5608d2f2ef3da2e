"""Corrective actions, what they lead to in agents' ledgers, and the meetings that go through them."""
