import assert from "node:assert/strict";
import test from "node:test";
import { LEVELS } from "../../assets/player/drawing/sprites.js";
import { sureLook, sureness } from "../../assets/player/drawing/style.js";

const style = (k, uncertain = true) => ({ uncertain, pointColours: Array.from({ length: k }, () => []) });
const scene = (...confidence) => ({ labels: confidence.map(() => 0), confidence });

test("a row is whole when it is certain, and the smaller and paler the nearer to chance", () => {
  const { length } = [...Array(255).keys()];
  for (const k of [2, 3, 10]) {
    const all = scene(...Array.from({ length: length + 1 }, (_, c) => c));
    const looks = all.confidence.map((_, i) => sureLook(sureness(style(k), all, i)));
    assert.deepEqual(looks.at(-1), [1, 1]);
    assert.deepEqual(looks[Math.floor(255 / k)], looks[0], "no row is less sure than chance");
    assert.ok(looks[0][0] < 0.6 && looks[0][1] < 0.6);
    for (let i = 1; i < looks.length; i++) assert.ok(looks[i][0] >= looks[i - 1][0] && looks[i][1] >= looks[i - 1][1]);
    assert.ok(new Set(looks.map(String)).size <= LEVELS, "few looks, so that few bitmaps are drawn");
  }
});

test("nothing is smaller with the switch off, before the first E-step, or with one component", () => {
  const whole = (...given) => assert.deepEqual(sureLook(sureness(...given)), [1, 1]);
  whole(style(2, false), scene(128), 0);
  whole(style(2), { labels: null, confidence: null }, 0);
  whole(style(1), scene(255), 0);
});
