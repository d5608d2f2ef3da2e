"""Facts about calls, their sums by day, and figures made from both."""
