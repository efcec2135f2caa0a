"""Deep Gaussian mixtures and networks: every path through the layers is a Gaussian of its own."""

from .model import DGMM, GMN
from .parameters import DeepParameters, Layer
from .views import LatentView, latent_means

__all__ = ["DGMM", "GMN", "DeepParameters", "LatentView", "Layer", "latent_means"]
