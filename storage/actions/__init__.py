"""Corrective actions, effects, the ladder, agents' ledgers and review meetings. No function here commits."""
