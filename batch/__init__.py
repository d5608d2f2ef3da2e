"""The command line and the executors."""
