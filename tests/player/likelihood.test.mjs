// The log-likelihood of drawn rows, as a hand that pulls a component is told it.
import assert from "node:assert/strict";
import test from "node:test";
import { gaussian1, gaussian2 } from "../../assets/player/maths/gaussians.js";
import { logLikelihood } from "../../assets/player/maths/likelihood.js";
import { toldBy } from "../../assets/player/panels/hand_value.js";

const close = (a, b, off = 1e-10) => assert.ok(Math.abs(a - b) <= off * (1 + Math.abs(b)), `${a} is not ${b}`);
const POINTS = { x: [1, 2, 4, 5, 3], y: [40, 62, 55, 81, 70] };
const MIXTURE = [
  [0.3, 2, 50, 0.5, 1, 90, 0],
  [0.7, 4, 70, 0.8, -2, 60, 1],
];

test("it is the sum of the logarithms of the density", () => {
  const density = (x, y) => MIXTURE.reduce((sum, g) => sum + gaussian2(g, x, y), 0);
  close(logLikelihood(MIXTURE, POINTS), POINTS.x.reduce((sum, x, i) => sum + Math.log(density(x, POINTS.y[i])), 0));
  const line = [[0.4, 1, 2, 0], [0.6, 5, 0.5, 1]];
  const along = (x) => Math.log(gaussian1(line[0], x) + gaussian1(line[1], x));
  close(logLikelihood(line, { x: POINTS.x, y: null }), POINTS.x.reduce((sum, x) => sum + along(x), 0));
});

test("of one Gaussian with the mean and covariance of the points it is the closed form", () => {
  const n = POINTS.x.length;
  const mean = (v) => v.reduce((a, b) => a + b) / n;
  const spread = (a, b) => mean(a.map((v, i) => (v - mean(a)) * (b[i] - mean(b))));
  const { x, y } = POINTS;
  const [xx, xy, yy] = [spread(x, x), spread(x, y), spread(y, y)];
  const expected = (-n / 2) * (2 * Math.log(2 * Math.PI) + Math.log(xx * yy - xy * xy) + 2);
  close(logLikelihood([[1, mean(x), mean(y), xx, xy, yy, 0]], POINTS), expected);
});

test("a point so far away that its density is no number counts, and a component without weight or width does not", () => {
  const far = logLikelihood([[1, 0, 0, 1, 0, 1, 0]], { x: [100], y: [0] });
  close(far, -5000 - Math.log(2 * Math.PI));
  close(logLikelihood([...MIXTURE, [0, 1, 1, 1, 0, 1, 2], [0.1, 1, 1, 1, 1, 1, 3]], POINTS), logLikelihood(MIXTURE, POINTS));
});

test("what is told is the run's own number and what changes, scaled to all rows, and nothing where the picture is not all", () => {
  const shape = { gaussians: MIXTURE, logLikelihood: -400, grids: null };
  const [scene, moved] = [{ shape, points: POINTS }, [MIXTURE[0], [0.7, 4, 60, 0.8, -2, 60, 1]]];
  const fixed = { edits: { whole: true }, fitted: 5, shown: 5 };
  const change = logLikelihood(moved, POINTS) - logLikelihood(MIXTURE, POINTS);
  assert.deepEqual(toldBy(scene, fixed, moved), { value: -400 + change, change, estimated: false });
  const many = toldBy(scene, { ...fixed, fitted: 50 }, moved);
  assert.ok(many.estimated);
  close(many.change, 10 * change);
  assert.equal(toldBy(scene, { ...fixed, edits: { whole: false } }, moved), null);
  assert.equal(toldBy({ shape: { ...shape, grids: {} }, points: POINTS }, fixed, moved), null);
});
