import assert from "node:assert/strict";
import test from "node:test";
import { curveSigns, pictureSigns } from "../../assets/player/panels/legend.js";

const scene = (count, shape = {}) => ({ kept: Array.from({ length: count }, (_, k) => k), shape });

test("the legend names the signs that a picture has, and no others", () => {
  assert.deepEqual(pictureSigns(scene(2), 2), ["inner", "outer", "shading"]);
  assert.deepEqual(pictureSigns(scene(17), 2), ["outline", "shading"]);
  assert.deepEqual(pictureSigns(scene(2, { arrows: [] }), 2), ["inner", "outer", "shading", "arrow"]);
  assert.deepEqual(pictureSigns(scene(2), 1), ["whole", "part"]);
});

test("a curve alone needs no legend; each further line has its name in it", () => {
  assert.deepEqual(curveSigns([{ logLikelihood: 1 }], { apart: false, before: false }), []);
  assert.deepEqual(curveSigns([], { apart: false, before: false }), []);
  const all = curveSigns([{ logLikelihood: 1, inverseTemperature: 0.1, heldOut: 2 }], { apart: true, before: true });
  assert.deepEqual(all, ["objective", "plain", "held", "temperature", "before"]);
});
