"""Rule packs and scorecards: drafted, tried, replayed, published, and how right their rules are."""
