"""How far people and the machine agree: figures from verdicts, inspectors, calibration sessions."""
