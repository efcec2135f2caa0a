import assert from "node:assert/strict";
import test from "node:test";
import { ellipse, gaussian1, gaussian2, mixtureGrid } from "../../assets/player/maths/gaussians.js";

const near = (a, b, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const tilted = [0.4, 1, -2, 2, 0.9, 1.5, 0],
  narrow = [0.6, -1, 3, 0.01, 0, 0.02, 1];

test("the bivariate density has its closed form and integrates to its weight", () => {
  near(gaussian2(tilted, 1, -2), 0.4 / (2 * Math.PI * Math.sqrt(2 * 1.5 - 0.81)));
  const grid = { x0: -9, dx: 0.1, nx: 201, y0: -12, dy: 0.1, ny: 201 };
  near(mixtureGrid([tilted], grid).reduce((a, b) => a + b) * 0.01, 0.4, 1e-6);
});

test("the grid by recurrence equals the density cell by cell", () => {
  const grid = { x0: -4, dx: 0.13, nx: 61, y0: -5, dy: 0.17, ny: 57 },
    z = mixtureGrid([tilted, narrow], grid);
  let worst = 0;
  for (let j = 0; j < grid.ny; j++)
    for (let i = 0; i < grid.nx; i++) {
      const x = grid.x0 + i * grid.dx,
        y = grid.y0 + j * grid.dy,
        exact = gaussian2(tilted, x, y) + gaussian2(narrow, x, y);
      worst = Math.max(worst, Math.abs(z[j * grid.nx + i] - exact));
    }
  assert.ok(worst < 1e-7 * gaussian2(narrow, -1, 3), `worst ${worst}`);
});

test("a singular covariance or an empty component adds nothing", () => {
  const grid = { x0: 0, dx: 1, nx: 3, y0: 0, dy: 1, ny: 3 };
  assert.deepEqual(
    [
      ...mixtureGrid(
        [
          [1, 1, 1, 1, 1, 1, 0],
          [0, 1, 1, 1, 0, 1, 0],
        ],
        grid,
      ),
    ],
    Array(9).fill(0),
  );
});

test("the univariate density integrates to its weight", () => {
  let sum = 0;
  for (let x = -20; x <= 20; x += 0.01) sum += 0.01 * gaussian1([0.3, 1, 4, 0], x);
  near(sum, 0.3, 1e-6);
});

test("every point of an ellipse lies at that Mahalanobis distance", () => {
  const [xs, ys] = ellipse(tilted, 2),
    [, mx, my, a, b, c] = tilted,
    det = a * c - b * b;
  xs.forEach((x, i) => near((c * (x - mx) ** 2 - 2 * b * (x - mx) * (ys[i] - my) + a * (ys[i] - my) ** 2) / det, 4));
  near(xs[0], xs.at(-1));
});
