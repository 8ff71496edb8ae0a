"""What a basket costs."""
from .quote import Line, quote
from .rules import Rules, load_rules

__all__ = ["Line", "Rules", "load_rules", "quote"]
