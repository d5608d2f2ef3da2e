"""What is published: agents' results, appeals, complaints and praise, teams and trends."""
