// The log-likelihood of drawn rows, as a hand that pulls a component is told it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gaussian1, gaussian2 } from "../../assets/player/maths/gaussians.js";
import { componentIn } from "../../assets/player/maths/hands.js";
import { logLikelihood } from "../../assets/player/maths/likelihood.js";
import { logNormalCdf } from "../../assets/player/maths/normal.js";
import { shapeAfter } from "../../assets/player/maths/pulls.js";
import { toldBy } from "../../assets/player/panels/hand_value.js";

const close = (a, b, off = 1e-10) => assert.ok(Math.abs(a - b) <= off * (1 + Math.abs(b)), `${a} is not ${b}`);
const POINTS = { x: [1, 2, 4, 5, 3], y: [40, 62, 55, 81, 70] };
const MIXTURE = [
  [0.3, 2, 50, 0.5, 1, 90, 0],
  [0.7, 4, 70, 0.8, -2, 60, 1],
];

test("it is the sum of the logarithms of the density", () => {
  const density = (x, y) => MIXTURE.reduce((sum, g) => sum + gaussian2(g, x, y), 0);
  close(logLikelihood({ gaussians: MIXTURE }, POINTS), POINTS.x.reduce((sum, x, i) => sum + Math.log(density(x, POINTS.y[i])), 0));
  const line = [[0.4, 1, 2, 0], [0.6, 5, 0.5, 1]];
  const along = (x) => Math.log(gaussian1(line[0], x) + gaussian1(line[1], x));
  close(logLikelihood({ gaussians: line }, { x: POINTS.x, y: null }), POINTS.x.reduce((sum, x) => sum + along(x), 0));
});

test("of one Gaussian with the mean and covariance of the points it is the closed form", () => {
  const n = POINTS.x.length;
  const mean = (v) => v.reduce((a, b) => a + b) / n;
  const spread = (a, b) => mean(a.map((v, i) => (v - mean(a)) * (b[i] - mean(b))));
  const { x, y } = POINTS;
  const [xx, xy, yy] = [spread(x, x), spread(x, y), spread(y, y)];
  const expected = (-n / 2) * (2 * Math.log(2 * Math.PI) + Math.log(xx * yy - xy * xy) + 2);
  close(logLikelihood({ gaussians: [[1, mean(x), mean(y), xx, xy, yy, 0]] }, POINTS), expected);
});

test("a point so far away that its density is no number counts, and a component without weight or width does not", () => {
  const far = logLikelihood({ gaussians: [[1, 0, 0, 1, 0, 1, 0]] }, { x: [100], y: [0] });
  close(far, -5000 - Math.log(2 * Math.PI));
  const more = [...MIXTURE, [0, 1, 1, 1, 0, 1, 2], [0.1, 1, 1, 1, 1, 1, 3]];
  close(logLikelihood({ gaussians: more }, POINTS), logLikelihood({ gaussians: MIXTURE }, POINTS));
});

test("what is told is the run's own number and what changes, scaled to all rows, and nothing where the picture is not all", () => {
  const shape = { gaussians: MIXTURE, logLikelihood: -400, grids: null };
  const [scene, moved] = [{ shape, points: POINTS }, { gaussians: [MIXTURE[0], [0.7, 4, 60, 0.8, -2, 60, 1]] }];
  const fixed = { edits: { untold: [["reshape", "The others follow."]] }, fitted: 5, shown: 5 };
  const change = logLikelihood(moved, POINTS) - logLikelihood(shape, POINTS);
  assert.deepEqual(toldBy(scene, fixed, moved, "move"), { value: -400 + change, change, estimated: false });
  const many = toldBy(scene, { ...fixed, fitted: 50 }, moved, "move");
  assert.ok(many.estimated);
  close(many.change, 10 * change);
  assert.equal(toldBy(scene, fixed, moved, "reshape"), "The others follow.");
});

test("the logarithm of the normal distribution function is SciPy's, far out too", () => {
  const known = [[-40, -804.6084420137538], [-6, -20.736768949974706], [-5.001, -15.07018538160944], [-4.999, -15.059812373671578], [-3, -6.607726221510349], [-1, -1.8410216450092636], [0, Math.log(0.5)], [0.3, -0.48141016158848127], [4.9, -4.791833913986615e-7], [9, -1.1285884059538408e-19]];
  for (const [t, value] of known) assert.ok(Math.abs(logNormalCdf(t) - value) <= 1e-9 * Math.abs(value), `${t}: ${logNormalCdf(t)} is not ${value}`);
});

const SHORT = Math.sqrt(2 / Math.PI); // mean of a half-normal

/** A component as it travels, of where it begins, its skewness and its noise. */
function leaning(w, start, skewness, noise, owner) {
  const mean = start.map((v, a) => v + SHORT * skewness[a]);
  const spread = (a, b) => noise[a][b] + (1 - SHORT ** 2) * skewness[a] * skewness[b];
  const spreads = start.length > 1 ? [spread(0, 0), spread(0, 1), spread(1, 1)] : [spread(0, 0)];
  return [[w, ...mean, ...spreads, owner], [...start, ...mean]];
}

test("components that lean have the density that R's package sn gives them", () => {
  const cases = JSON.parse(readFileSync(new URL("../reference/skew_normal_log_densities.json", import.meta.url), "utf8"));
  const restricted = cases.filter((each) => each.sn_dmsn_log && each.p === 2);
  assert.ok(restricted.length >= 3);
  for (const { mu, Delta_vec, Gamma, x, sn_dmsn_log } of restricted) {
    const [g, ends] = leaning(1, mu, Delta_vec, Gamma, 0);
    x.forEach(([a, b], i) => close(logLikelihood({ gaussians: [g], arrows: [ends] }, { x: [a], y: [b] }), sn_dmsn_log[i], 1e-9));
  }
});

const LEANING = [leaning(0.3, [1.5, 38], [0.6, 3], [[0.2, 1], [1, 80]], 0), leaning(0.7, [4.5, 61], [-0.7, 2], [[0.3, -0.5], [-0.5, 20]], 1)];
const shapeOf = (parts) => ({ gaussians: parts.map(([g]) => g), arrows: parts.map(([, ends]) => ends) });

test("a mixture of them has the log-likelihood of SkewGMM, in one dimension too, and is Gaussian where nothing leans", () => {
  close(logLikelihood(shapeOf(LEANING), POINTS), -38.31665794752794);
  const line = [leaning(0.4, [1], [1.2], [[0.5]], 0), leaning(0.6, [5], [-0.8], [[0.1]], 1)];
  close(logLikelihood(shapeOf(line), { x: POINTS.x, y: null }), -8.594020615496639);
  const upright = { gaussians: MIXTURE, arrows: MIXTURE.map(([, x, y]) => [x, y, x, y]) };
  close(logLikelihood(upright, POINTS), logLikelihood({ gaussians: MIXTURE }, POINTS));
});

test("an arrow is pulled as far as the spread allows, as Python does it", () => {
  const shape = shapeOf(LEANING);
  const bent = (arrow) => componentIn(shapeAfter(shape, 1, { kind: "bend", arrow }, { share: 0.9 }), 1).arrow;
  assert.deepEqual(bent([-0.3, 1]).map((v) => Number(v.toFixed(9))), [-0.3, 1]);
  const [x, y] = bent([-8, 20]);
  close(x, -0.8665726643845453, 1e-9);
  close(y, 2.166431660961365, 1e-9);
});
