// What EM climbs: the log-likelihood, or the objective where annealing or regularisation make that another number.

/** How strong the line of the log-likelihood is beside that of the objective. */
export const PALE = 0.4;

/** @import { Row } from "../wire/types.d.ts" */

/**
 * Which of the sentences on the objective holds for these rows; "" where it is the log-likelihood.
 * @param {Row[]} rows
 * @returns {"" | "annealed" | "regularised" | "both"}
 */
export function whyApart(rows) {
  const annealed = rows.some(({ apart, inverseTemperature: v }) => apart && v < 1);
  const regularised = rows.some(({ apart, inverseTemperature: v }) => apart && v === 1);
  if (annealed) return regularised ? "both" : "annealed";
  return regularised ? "regularised" : "";
}

/**
 * What of a row is climbed, in a run whose rows have these ones.
 * @param {Row[]} rows
 * @returns {(row: Row) => number}
 */
export const climbedOf = (rows) => (rows.some(({ apart }) => apart) ? (row) => row.objective : (row) => row.logLikelihood);
