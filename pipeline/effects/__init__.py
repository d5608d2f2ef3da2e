"""Whether training and corrective actions worked."""
