"""Whether those who were trained got better, beyond what would have happened anyway."""
