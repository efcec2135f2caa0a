// Outlines of components that are no Gaussians: where their grids hold a share of the mass. Pure.
import { contourLoops, rim } from "./contours.js";
import { logSum, NOTHING, resample } from "./grids.js";
import { levelsHolding, WITHIN } from "./levels.js";

const FINE = 44; // nodes each way of the grid that outlines are drawn on

/** Smallest block of cells, two more on every side and at least four each way, that holds all values above a level. */
function block(values, { nx, ny }, level) {
  let [left, right, bottom, top] = [nx, -1, ny, -1];
  for (let j = 0, k = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, k++) {
      if (!(values[k] >= level)) continue;
      if (i < left) left = i;
      if (i > right) right = i;
      if (j < bottom) bottom = j;
      top = j;
    }
  }
  const wide = (from, to, n) => [Math.max(0, Math.min(from - 2, n - 4)), Math.min(n - 1, Math.max(to + 2, 3))];
  return [...wide(left, right, nx), ...wide(bottom, top, ny)];
}

/** Outlines of one component, one list of loops [xs, ys] for each share of its mass. */
export function outlineLoops(values, { x0, dx, nx, y0, dy, ny }, shares = WITHIN) {
  const levels = levelsHolding(values, shares);
  const lowest = Math.min(...levels);
  if (!(lowest > 0 && lowest < Infinity)) return shares.map(() => []);
  const [left, right, bottom, top] = block(values, { nx, ny }, lowest);
  const from = { x0: x0 + left * dx, dx, nx: right - left + 1, y0: y0 + bottom * dy, dy, ny: top - bottom + 1 };
  const part = new Float64Array(from.nx * from.ny);
  for (let j = 0; j < from.ny; j++) {
    part.set(values.subarray((bottom + j) * nx + left, (bottom + j) * nx + right + 1), j * from.nx);
  }
  // the outermost ring lies below every level, so that each loop closes
  const [sx, sy] = [((from.nx - 1) * dx) / (FINE - 1), ((from.ny - 1) * dy) / (FINE - 1)];
  const n = FINE + 2;
  const fine = { x0: from.x0 - sx, dx: sx, nx: n, y0: from.y0 - sy, dy: sy, ny: n };
  const z = resample(logSum([part]), from, fine, 2 * NOTHING);
  rim(z, fine, 2 * NOTHING);
  return levels.map((level) =>
    contourLoops(z, n, n, Math.log2(level)).map((loop) => {
      const [xs, ys] = [[], []];
      for (let i = 0; i <= loop.length; i += 2) {
        xs.push(fine.x0 + loop[i % loop.length] * sx);
        ys.push(fine.y0 + loop[(i + 1) % loop.length] * sy);
      }
      return [xs, ys];
    }),
  );
}

const known = new WeakMap();

/** Outlines of component j of a row's grids, worked out once. */
export function outlinesOf(grids, j) {
  if (!known.has(grids)) known.set(grids, []);
  return (known.get(grids)[j] ||= outlineLoops(grids.of[j], grids.grid));
}
