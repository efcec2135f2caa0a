import assert from "node:assert/strict";
import test from "node:test";
import { pictureSigns } from "../../assets/player/legend.js";

const scene = (count, shape = {}) => ({ kept: Array.from({ length: count }, (_, k) => k), shape });

test("the legend names the signs that a picture has, and no others", () => {
  assert.deepEqual(pictureSigns(scene(2), 2), ["inner", "outer", "shading"]);
  assert.deepEqual(pictureSigns(scene(17), 2), ["inner", "shading"]);
  assert.deepEqual(pictureSigns(scene(2, { arrows: [] }), 2), ["inner", "outer", "shading", "arrow"]);
  assert.deepEqual(pictureSigns(scene(2), 1), ["whole", "part"]);
});
