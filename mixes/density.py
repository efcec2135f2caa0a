"""What EM needs of a mixture with fixed parameters: the contract between models and the pass over the rows."""

from abc import ABC, abstractmethod


class Density(ABC):
    """Everything EM needs of a mixture with fixed parameters.

    Attributes
    ----------
    parameters : Parameters
    chunk_rows : int
        How many rows keep one chunk in the processor's cache.
    light : bool
        Whether there is so little to do in a chunk that threads would wait for each other.
    hard : bool
        Whether each row is given wholly to its most probable component.
    sampled : bool
        Whether log densities are estimates, which may fall.
    rounding : float
        What rounding of the parameters may change of a row's log density.
    path_numbers : array (S,) or None
        Which of ``parameters.paths()`` the densities are of, where that are not all of them.
    frame : hashable, or None
        What `products` depend on beside the rows: with an equal one they are the same. None where there are none.
    """

    chunk_rows, light, hard, sampled, rounding, path_numbers, frame = 16384, False, False, False, 0.0, None, None

    @abstractmethod
    def log_joint(self, X):
        """Log p(x, s), shape (S, m), of rows X (m, d) and components or paths s, and features for `statistics`.

        A density with a ``frame`` takes their products, too: ``log_joint(X, products)``.
        """

    def products(self, X):
        """What of rows X (m, d) enters, whatever the parameters: an array, or a tuple of them; for a density with a ``frame``."""
        raise NotImplementedError

    @abstractmethod
    def statistics(self, features, responsibilities):
        """Additive sufficient statistics, a tuple of arrays: those of rows together are the sums of those apart.

        Parameters
        ----------
        features : what `log_joint` gave
        responsibilities : array (S, m)
            Times the rows' weights.
        """

    @abstractmethod
    def penalties(self, eps):
        """The regularisation ``eps/2 · tr(Sigma_s^-1)`` (S,) of each component or path."""

    @abstractmethod
    def maximisation(self, statistics, eps=0.0, floor=0.0, annealing=None):
        """The M half-step: parameters that maximise the expected objective, and events.

        Parameters
        ----------
        statistics : tuple of arrays
        eps : float
            Added to the diagonal of every covariance: what maximises with `penalties`.
        floor : float
            The smallest eigenvalue a covariance may have.
        annealing : Annealing, optional
            While v < 1.
        """

    def finer(self, statistics, new):
        """The density to sum with again, where the sums lost figures of what they gave, a `Density` too; else None."""
        return None
