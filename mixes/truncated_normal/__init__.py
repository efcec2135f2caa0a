"""Normal vectors in the positive orthant: how probable that is, and their moments there."""

from .positive_orthant import PositiveOrthant, log_orthant_probability, truncated_moments

__all__ = ["PositiveOrthant", "log_orthant_probability", "truncated_moments"]
