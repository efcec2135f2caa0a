import assert from "node:assert/strict";
import test from "node:test";
import { chosenIterations } from "../../assets/player/drawing/animation.js";

const rows = (count, change) => Array.from({ length: count }, (_, t) => ({ change: change(t) }));

test("few iterations are all frames", () => {
  assert.deepEqual(chosenIterations(rows(5, () => 1), 4), [0, 1, 2, 3, 4]);
  assert.deepEqual(chosenIterations(rows(1, () => 0), 0), [0]);
});

test("of many, the first and the last are frames, in order, once, and more where much changes", () => {
  const chosen = chosenIterations(rows(501, (t) => (t < 50 ? 1 : 0)), 500);
  assert.equal(chosen[0], 0);
  assert.equal(chosen.at(-1), 500);
  assert.ok(chosen.length > 30 && chosen.length <= 60);
  assert.ok(chosen.every((t, i) => !i || t > chosen[i - 1]));
  assert.ok(chosen.filter((t) => t < 50).length > 30);
});
