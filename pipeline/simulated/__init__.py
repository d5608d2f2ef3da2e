"""A whole centre made up on top of the sample calls, by a stated model whose truth is known (docs/simulation.md)."""
