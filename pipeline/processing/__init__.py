"""From files to scored and routed calls."""
