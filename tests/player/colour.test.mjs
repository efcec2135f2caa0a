import assert from "node:assert/strict";
import test from "node:test";
import { luminance, mix, ramp } from "../../assets/player/maths/colour.js";

test("mixing keeps the ends, and luminance tells dark from light", () => {
  assert.equal(mix("#ffffff", "#0072B2", 0), "rgb(255,255,255)");
  assert.equal(mix("#fff", "#0072B2", 1), "rgb(0,114,178)");
  assert.equal(ramp(["#000000", "#ffffff", "#ff0000"], 0.75), "rgb(255,128,128)");
  assert.ok(luminance("#0e1117") < 0.1 && luminance("rgb(250,250,250)") > 0.9);
});
