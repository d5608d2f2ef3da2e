"""How far raters agree about calls: coefficients of agreement with intervals, or why there is none."""
