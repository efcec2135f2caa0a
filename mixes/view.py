"""Views: exact linear pictures of rows and Gaussians with many features, on one or two axes."""

from dataclasses import dataclass

import numpy as np

from .gaussians import lift, oriented, project


def broadened(covariances, steps):
    """Covariances (g, m, m) as they are drawn on a grid with these steps (m,): at least one of them wide everywhere.

    Thinner, a Gaussian would be seen at the nodes alone that it happens to meet, as beads on a string.
    """
    cell = np.outer(steps, steps)
    variances, axes = np.linalg.eigh(covariances / cell)
    return (axes * np.maximum(variances, 1)[:, None]) @ np.swapaxes(axes, 1, 2) * cell


@dataclass(frozen=True)
class View:
    """One or two axes to look along: ``picture = model space @ axes' + offset``.

    The model space is what the model was fitted in, usually the standardised features. Gaussians stay Gaussians
    under a linear map, so the marginals drawn are exact.

    Attributes
    ----------
    axes : array (m, d)
        m = 1 or 2 directions.
    offset : array (m,)
    names : tuple of str
    """

    axes: np.ndarray
    offset: np.ndarray
    names: tuple

    moving = False  # whether rows are seen elsewhere when parameters change: those that do are the latent views of a model

    @classmethod
    def of_features(cls, features, names, scaling):
        """One or two features (indices), in the units of the table."""
        axes = np.eye(len(names))[list(features)] * scaling.scale
        return cls(axes, scaling.center[list(features)], tuple(names[i] for i in features))

    @classmethod
    def principal(cls, Z):
        """The first two principal components of rows Z (n, d) of the model space."""
        center = Z.mean(axis=0)
        _, singular, directions = np.linalg.svd(Z - center, full_matrices=False)
        directions = oriented(directions[:2])
        shares = singular[:2] ** 2 / (singular**2).sum()
        names = tuple(f"principal component {i + 1} ({share:.0%} of the variance)" for i, share in enumerate(shares))
        return cls(directions, -directions @ center, names)

    def points(self, Z):
        """Rows Z (n, d) of the model space in the picture, (n, m)."""
        return Z @ self.axes.T + self.offset

    def lifted(self, differences):
        """The differences (d,) of the model space that are seen as these (m,), and nothing across the axes."""
        return lift(self.axes) @ differences

    def seen(self, parameters, Z):
        """Rows Z (n, d) in the picture, (n, m), as a mixture with these parameters sees them."""
        return self.points(Z)

    def picture(self, parameters):
        """The Gaussians of a mixture to draw, see `Parameters.gaussians`; owner -1: of no cluster."""
        return parameters.gaussians(self)

    def paths(self, parameters):
        """The component of each layer (g, L) that each of these Gaussians passes through; -1 for none."""
        return parameters.paths()

    def gaussians(self, means, covariances):
        """Means (k, m) and covariances (k, m, m) in the picture."""
        means, covariances = project(means, covariances, self.axes)
        return means + self.offset, covariances
