"""Figures of reports, the calls behind them, and inspectors' assessments."""
