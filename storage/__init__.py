"""Sessions, queries and migrations. Knows neither sound nor rules."""
