import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { OUTLINES } from "../../assets/player/drawing/sprites.js";

test("every symbol of a component can be drawn, and no other", () => {
  const style = readFileSync(new URL("../../mixes/plots/style.py", import.meta.url), "utf8");
  const [, list] = style.match(/^SYMBOLS = (\[.*\])$/m);
  assert.deepEqual(Object.keys(OUTLINES).sort(), JSON.parse(list).sort());
});
