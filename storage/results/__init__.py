"""Final scores, appeals, complaints and praise."""
