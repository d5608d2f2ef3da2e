"""The machine learns from verdicts: training, versions, and how much it decides by itself."""
