"""Sound in, transcript out. Knows neither rules, database nor web."""
