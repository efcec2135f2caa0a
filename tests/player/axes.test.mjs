import assert from "node:assert/strict";
import test from "node:test";
import { firstAxes, grown, nearest, roomFor, shortened, widened } from "../../assets/player/drawing/axes.js";

const points = (n, x, y) => ({
  x: Float32Array.from({ length: n }, x),
  y: y ? Float32Array.from({ length: n }, y) : null,
});
const scene = (at, ...g) => ({ points: at, kept: g.map((_, k) => k), gaussians: g, shape: { gaussians: g } });

test("axes start as the skeleton says, which they leave as it is", () => {
  const figures = { density: { data: [], layout: { xaxis: { range: [0, 9] }, yaxis: { range: [2, 4] } } } };
  const first = firstAxes({ figures });
  assert.deepEqual(first, { x: [0, 9], y: [2, 4] });
  first.x[0] = 5;
  assert.equal(figures.density.layout.xaxis.range[0], 0);
});

test("an axis stays while hardly a point lies outside, and then only grows", () => {
  const inside = Array.from({ length: 100 }, (_, i) => i / 100);
  const span = [0, 1];
  assert.equal(widened(span, [...inside, 5, 6], [0.5]), span);
  const wide = widened(span, [...inside, 5, 6, 7], [0.5]);
  assert.ok(wide[0] <= 0 && wide[1] > 7);
  assert.ok(widened(span, inside, [-3])[0] < -3);
  assert.equal(widened(wide, inside, [0.5]), wide);
});

test("moving points widen the axes, others do not", () => {
  const at = points(
    50,
    () => 8,
    () => 0.5,
  );
  const axes = { x: [0, 1], y: [0, 1] };
  const g = [1, 0.5, 0.5, 1, 0, 1, 0];
  assert.equal(grown(axes, scene(at, g), { dimension: 2 }), axes);
  const then = grown(axes, scene(at, g), { dimension: 2, movingPoints: true });
  assert.ok(then.x[1] > 8);
  assert.equal(then.y, axes.y);
});

test("a density taller than the axis of one dimension raises it, and keeps the room below zero in proportion", () => {
  const axes = { x: [-3, 3], y: [-0.1, 1] };
  const low = scene(
    points(2, () => 0),
    [1, 0, 1, 0],
  );
  assert.equal(grown(axes, low, { dimension: 1 }), axes);
  const sharp = grown(
    axes,
    scene(
      points(2, () => 0),
      [1, 0, 1e-4, 0],
    ),
    { dimension: 1 },
  );
  assert.ok(sharp.y[1] > 1 / Math.sqrt(2 * Math.PI * 1e-4));
  assert.ok(Math.abs(sharp.y[0] / sharp.y[1] + 0.1) < 1e-12);
});

test("the nearest point is found in pixels, and only within reach", () => {
  const view = { x: [0, 1], y: [0, 1], left: 100, top: 50, w: 200, h: 400 };
  const at = points(
    2,
    (_, i) => i,
    (_, i) => i,
  );
  assert.equal(nearest(at, [103, 445], view), 0);
  assert.equal(nearest(at, [296, 57], view), 1);
  assert.equal(nearest(at, [200, 250], view), null);
});

test("an axis has room for the labels of a tiny range far from 0, and keeps its usual room otherwise", () => {
  assert.ok(roomFor([-1234.5678, -1234.5671], 62) >= 7 * "−1,234.5674".length + 8);
  assert.ok(roomFor([1e6, 1e6 + 1e-3], 62) > roomFor([1e6, 1e6 + 1], 62));
  assert.equal(roomFor([-700, -540], 62), 62);
  assert.equal(roomFor([-0.2, 0.4], 62), 62);
  assert.equal(roomFor([3, 3], 62), 62);
});

test("a title is no longer than its axis, and loses what stands in brackets first", () => {
  const title = "principal component 1 (12% of the variance)";
  assert.equal(shortened(title, 400, 15), title);
  assert.equal(shortened(title, 165, 13), "principal component 1");
  assert.equal(shortened(title, 100, 13), "principal compo…");
  assert.equal(shortened("a &lt; b and more", 33, 13), "a…", "no half of a sign");
});
