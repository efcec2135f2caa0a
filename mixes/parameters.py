"""What the parameters of all models have in common: they know themselves.

What a picture, a table, an export or EM asks of a mixture is asked of its parameters, never of the kind of model. There
is one convention for a part that not every model has - densities that are not Gaussian, an equal in scikit-learn,
locations apart from the means: where it is lacking, the method gives None.
"""

from abc import ABC, abstractmethod

import numpy as np

from .annealing import hold_apart, share_weights, told
from .register import Saved


class Parameters(Saved, ABC):
    """Base of the parameter classes: frozen dataclasses of arrays, saved and found again under their names.

    A class gives what is abstract; `moved`, if components that coincide while they are annealed shall part, and
    `with_shape` and `annealing_penalty`, if their shapes can be held. All else serves mixtures of k components; others
    say what differs.

    Attributes
    ----------
    weights : array (k,)
        Fields or properties of every class: the weights, means and covariances of the components in data space, or of
        what else are the finest parts of the mixture, the paths of a deep one.
    means : array (k, d)
    covariances : array (k, d, d)
    """

    # -- what every class gives ---------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def n_parameters(self):
        """Number of free parameters."""

    @abstractmethod
    def rescaled(self, center, scale):
        """These parameters for the data ``scale · x + center``, feature by feature."""

    @abstractmethod
    def sample(self, n, rng):
        """Draw from the mixture.

        Parameters
        ----------
        n : int
        rng : numpy Generator

        Returns
        -------
        rows : array (n, d)
        labels : array (n,)
            The cluster that each row came from.
        """

    # -- the mixture and its clusters ---------------------------------------------------------------------------------

    @property
    def n_features(self):
        return self.means.shape[1]

    @property
    def structure(self):
        """The keywords that a model with these parameters has."""
        return {"n_components": len(self.weights)}

    def check(self):
        """Raise a ValueError where these are no mixture; what is quick to see, their making has seen already."""

    @property
    def n_clusters(self):
        """Number of clusters: what labels and colours stand for."""
        return len(self.weights)

    def clusters(self, posterior):
        """Posterior (n, n_clusters) of the clusters from that of the components (n, k)."""
        return posterior

    def to_gaussian_mixture(self):
        """The same distribution as a fitted ``sklearn.mixture.GaussianMixture``; None where not all are Gaussian."""
        return None

    # -- the layers ---------------------------------------------------------------------------------------------------

    def paths(self):
        """The component of each layer (k, L) that each of the components passes through."""
        return np.arange(len(self.weights))[:, None]

    def network(self):
        """The layers to draw: ``nodes``, lists of weights per layer, and ``edges``, tables between adjacent layers."""
        return {"nodes": [self.weights.tolist()], "edges": []}

    def node_responsibilities(self, posterior, numbers=None):
        """Responsibilities of each layer's components, a list of arrays (n, k_l), from those of the paths (n, k).

        Of the paths with these numbers, see `Density.path_numbers`; by default of all.
        """
        return [posterior]

    # -- pictures -----------------------------------------------------------------------------------------------------

    def gaussians(self, view):
        """The Gaussians to draw in a `View`: weights (g,), means (g, m), covariances (g, m, m) and owners (g,).

        The owner of a Gaussian is the cluster it belongs to. Components that are not Gaussian are drawn by
        `density_grids`; their Gaussians have the same moments.
        """
        means, covariances = view.gaussians(self.means, self.covariances)
        return self.weights, means, covariances, np.arange(len(means))

    def density_grids(self, view, x, y=None):
        """Weighted densities of components that are not Gaussian in a `View`; None where `gaussians` say it all.

        Returns
        -------
        array (k, a) on a line x (a,), or (k, b, a) on a grid of x and y (b,), both in even steps
        """
        return None

    def locations_in(self, view):
        """Where the components (k, m) begin in a `View`, from which their tails reach out; None where at the means."""
        return None

    # -- annealing, see `mixes.annealing` -----------------------------------------------------------------------------

    def with_shape(self, shape):
        """These weights and means with the shape of the parameters of one component; of models that hold shapes."""
        raise NotImplementedError

    def annealing_penalty(self, annealing):
        """What annealed EM with held shapes takes from the objective; of models that hold shapes."""
        raise NotImplementedError

    def held_apart(self, annealing, variances):
        """Parameters whose components do not coincide, and the events that tell of it.

        Parameters
        ----------
        annealing : Annealing
        variances : array (k, d)
            Of each component's own rows.
        """
        found, shifts = hold_apart(self.weights, self.means, self.covariances, annealing, variances)
        if not found:
            return self, []
        sources = np.arange(len(self.weights))
        for j, _, target in found:
            sources[j] = target
        return self.moved(share_weights(self.weights, found), sources, shifts), told(found)

    def moved(self, weights, sources, shifts):
        """With these weights, and for component j number ``sources[j]`` of the present ones, moved by ``shifts[j]``."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `moved`: components coincide.")
