"""What the parameters of all models have in common: they know themselves.

What a picture, a table, an export or EM asks of a mixture is asked of its parameters, never of the kind of model. There
is one convention for a part that not every model has - densities that are not Gaussian, an equal in scikit-learn,
locations apart from the means: where it is lacking, the method gives None.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields, replace

import numpy as np

from .annealing import hold_apart, share_weights, told
from .damping import interpolate
from .register import Saved

# how an edit is told of a component, and the method of a class that says what it is
_EDITS = {
    "move": ("moved", "moved"),
    "reshape": ("reshaped", "reshaped"),
    "turn": ("turned", "reshaped"),
    "bend": ("bent", "bent"),
    "weigh": ("given another weight", "moved"),
    "split": ("split", "split"),
    "merge": ("merged", "merged"),
    "delete": ("deleted", "moved"),
}


@dataclass(frozen=True)
class Parameters(Saved, ABC):
    """Base of the parameter classes: frozen dataclasses of arrays, saved and found again under their names.

    A class gives what is abstract; `moved`, if components that coincide while they are annealed shall part, or be moved
    and deleted by hand; `reshaped`, `split` and `merged`, if they take these edits; `with_shape` and `annealing_penalty`,
    if their shapes can be held. All else serves mixtures of k components; others say what differs.

    Attributes
    ----------
    weights : array (k,)
        Fields or properties of every class: the weights, means and covariances of the components in data space, or of
        what else are the finest parts of the mixture, the paths of a deep one.
    means : array (k, d)
    covariances : array (k, d, d)
    pinned : tuple of int
        Clusters, counted from 0, that EM leaves as they are, but for their weights: see `pinned_as`.
    """

    pinned: tuple = field(default=(), kw_only=True)

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
    def feature_variances(self):
        """Variances (k, d) of the features: the diagonals of the covariances."""
        return np.einsum("kii->ki", self.covariances)

    @property
    def spread(self):
        """The covariances (k, d, d), or variances (k, d) that stand for them where no features are correlated."""
        return self.covariances

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

    def forms(self):
        """Volume, shape and orientation of components that are ellipses, name -> (k,); None where they are not, or of one feature.

        The geometric mean of the variances along the axes, how many times longer the longest axis is than the shortest, and,
        of two features, the direction of the longest in degrees.
        """
        return None

    # -- edits, see `mixes.edits`; clusters are counted from 0 here --------------------------------------------------

    @property
    def cannot(self):
        """The edits that these clusters do not take, "turn" for a reshaping that is no stretching: name -> why, a sentence."""
        lacking = [edit for edit, (_, name) in _EDITS.items() if getattr(type(self), name) is getattr(Parameters, name)]
        return {edit: f"Components of {type(self).__name__} cannot be {_EDITS[edit][0]}." for edit in lacking}

    @property
    def centers(self):
        """Means (n_clusters, d) of the clusters: what is taken hold of."""
        return self.means

    def shifted(self, j, shift):
        """With cluster j moved by ``shift`` (d,)."""
        self.refuse("move")
        shifts = np.zeros_like(self.means)
        shifts[j] = shift
        return self.moved(self.weights, np.arange(len(shifts)), shifts)

    def without(self, j):
        """Without cluster j; the weights of the others make up for it."""
        self.refuse("delete")
        rest = np.delete(np.arange(len(self.weights)), j)
        return self.moved(remaining(self.weights, j), rest, np.zeros((len(rest), self.n_features)))

    def weighed(self, j, weight):
        """With this weight, between 0 and 1, for cluster j; the others share the rest as they shared theirs."""
        self.refuse("weigh")
        weights = np.insert((1 - weight) * remaining(self.weights, j, "have another weight"), j, weight)
        return self.moved(weights, np.arange(len(weights)), np.zeros_like(self.means))

    def reshaped(self, j, axes, matrix):
        """With cluster j stretched and turned about its mean by ``matrix`` (m, m), as is seen along ``axes`` (m, d).

        Its marginal along the axes changes by the matrix; across them it is only carried along, see `gaussians.transform`.
        """
        self.refuse("reshape")

    def bent(self, j, axes, arrow):
        """With the arrow from where cluster j begins to its mean seen as ``arrow`` (m,) along ``axes`` (m, d).

        Mean and covariance stay; the arrow is made shorter where they do not allow it.
        """
        self.refuse("bend")

    def split(self, j):
        """With cluster j in two, the second one last, which together have its weight, mean and covariance."""
        self.refuse("split")

    def merged(self, i, j):
        """With clusters i and j as one, in the place of i, which has their weight, mean and covariance."""
        self.refuse("merge")

    def refuse(self, edit):
        """Raise a ValueError with the reason where an edit is among what these clusters `cannot`."""
        if edit in self.cannot:
            raise ValueError(self.cannot[edit])

    def damped(self, before, rate):
        """A share of the step from the parameters ``before`` to these."""
        return interpolate(before, self, rate)

    def pinned_as(self, before):
        """These parameters, with the clusters that are pinned ``before`` as they were, to the last bit, but for their weights.

        To hold some of the parameters restricts the M half-step to choices with the present one among them, so that the
        objective does not fall (Meng and Rubin, 1993, Biometrika 80:267-278).
        """
        if not before.pinned:
            return self
        return replace(self, pinned=before.pinned, **put_back(self, before, before.pinned))

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
        found, shifts = hold_apart(self.weights, self.means, self.spread, annealing, variances, self.pinned)
        if not found:
            return self, []
        sources = np.arange(len(self.weights))
        for j, _, target in found:
            sources[j] = target
        return self.moved(share_weights(self.weights, found), sources, shifts), told(found)

    def moved(self, weights, sources, shifts):
        """With these weights, and for component j number ``sources[j]`` of the present ones, moved by ``shifts[j]``."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `moved`: components coincide.")


# -- weights and arrays of components, for edits ------------------------------------------------------------------------


def put_back(new, old, own):
    """Arrays of ``new``, by name, with the entries ``own`` of ``old``: all that have one for each component, but the weights."""
    names = [f.name for f in fields(new) if f.name != "weights" and isinstance(getattr(new, f.name), np.ndarray)]
    arrays = {name: getattr(new, name).copy() for name in names}
    for name, array in arrays.items():
        array[list(own)] = getattr(old, name)[list(own)]
    return arrays


def in_two(parameters, j, **pairs):
    """A dataclass of arrays with component j as the first of each of the ``pairs``, the second one last; each has half the weight."""
    weights = parameters.weights.copy()
    weights[j] /= 2
    arrays = {"weights": np.concatenate([weights, weights[j : j + 1]])}
    for name, (first, second) in pairs.items():
        array = getattr(parameters, name).copy()
        array[j] = first
        arrays[name] = np.concatenate([array, second[None]])
    return replace(parameters, **arrays)


def in_one(parameters, i, j, **entries):
    """A dataclass of arrays with the ``entries`` as component i, and without j, whose weight i has, too."""
    weights = parameters.weights.copy()
    weights[i] += weights[j]
    arrays = {"weights": np.delete(weights, j, axis=0)}
    for name, entry in entries.items():
        array = getattr(parameters, name).copy()
        array[i] = entry
        arrays[name] = np.delete(array, j, axis=0)
    return replace(parameters, **arrays)


def shares(weights, own):
    """What each of some components has of their weights (k,) together, where they have any."""
    if not weights[own].sum() > 0:
        raise ValueError(f"Components {' and '.join(str(j + 1) for j in own)} have no points: they can be deleted, not merged.")
    return weights[own] / weights[own].sum()


def remaining(weights, j, wanted="be deleted"):
    """Weights (k,) without component j, as probabilities."""
    rest = np.delete(weights, j)
    if not rest.sum() > 0:
        raise ValueError(f"Component {j + 1} cannot {wanted}: no other one has points.")
    return rest / rest.sum()
