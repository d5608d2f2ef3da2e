"""Which calls people hear: plans, draws whose chances are known exactly, and estimates made from them."""
