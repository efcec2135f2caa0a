import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, STOPS, untoured } from "../../assets/player/panels/tour.js";
import { INTRODUCTION } from "../../assets/player/time/pacing.js";
import { isPlain } from "../../assets/player/wire/link.js";

const REST = { at: 0, playing: false, dragging: false, slow: false, ended: false, run: "a", size: "2" };
const [PLAY, SLIDER, HALF, CURVE, SIZE, LEARN] = STOPS;

/** Whether a stop is done by what happens after a moment, and after how many of these. */
function after(stop, since, ...happened) {
  for (const [i, change] of happened.entries()) {
    const now = { ...since, playing: false, dragging: false, ...change };
    if (stop.done(since, now)) return i + 1;
    since = counted(since, now);
  }
  return 0;
}

test("playing is done where the slow first iterations end, or where the run does", () => {
  const frames = Array.from({ length: INTRODUCTION }, (_, i) => ({ at: i + 1, playing: true }));
  assert.equal(after(PLAY, REST, ...frames), INTRODUCTION);
  assert.equal(after(PLAY, REST, ...frames.slice(0, 3), { at: 4, ended: true }), 4);
  assert.equal(after(PLAY, REST, { at: 20, dragging: true }, { at: 20 }, { at: 40, ended: true }), 0, "but not by dragging");
});

test("the slider is done when a hand has let go of it, and never by playing to the end", () => {
  const at = { ...REST, at: 12 };
  assert.equal(after(SLIDER, at, { at: 6, dragging: true }, { at: 2, dragging: true }, { at: 2 }), 3);
  assert.equal(after(SLIDER, at, { at: 14, playing: true }, { at: 30, playing: true }, { at: 32, ended: true }, { at: 32, ended: true }), 0);
  assert.equal(after(SLIDER, at, { at: 14, playing: true }, { at: 4, dragging: true }, { at: 4 }), 3);
  assert.equal(after(SLIDER, REST, { at: 8, dragging: true }, { at: 8 }), 2, "from the start it can only go on");
  assert.equal(after(SLIDER, at, { at: 0, run: "b" }, { at: 0, run: "b" }), 0, "another run is no drag");
});

test("half-steps are done when there were two, and a whole step is none", () => {
  assert.equal(after(HALF, REST, { at: 1, slow: true }, { at: 2, slow: true }), 2);
  assert.equal(after(HALF, REST, { at: 2 }), 0);
  assert.equal(after(HALF, { ...REST, at: 30, ended: true }, { at: 0 }, { at: 1, slow: true }, { at: 2, slow: true }), 3, "after the way back");
});

test("the curve is done by going elsewhere at once", () => {
  const at = { ...REST, at: 2, slow: true };
  assert.equal(after(CURVE, at, { at: 3, slow: true }, { at: 12, slow: false }), 2);
  assert.equal(after(CURVE, at, { at: 12, playing: true, slow: false }, { at: 14, slow: false, ended: true }, { at: 14, slow: false, ended: true }), 0);
});

test("another number of components is done, another run of as many is not; the last stop has only its button", () => {
  assert.equal(after(SIZE, REST, { run: "b" }, { run: "c", size: "3" }), 2);
  assert.equal(after(LEARN, REST, { at: 4 }, { run: "b", size: "3" }), 0);
});

test("each stop is said in two lines, and at most a minute and a half is read", () => {
  const words = STOPS.map(({ text, closed = text }) => [text, closed].map((said) => said.length));
  assert.ok(STOPS.length === 6 && Math.max(...words.flat()) <= 140);
  assert.ok(words.reduce((sum, [said]) => sum + said, 0) < 900);
});

test("it is offered once, and where nothing can be kept never", () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  assert.deepEqual([untoured(), untoured()], [true, true], "until it is begun or declined");
  kept.set("mixes-toured", "1");
  assert.equal(untoured(), false);
  globalThis.localStorage = { getItem: () => null, setItem: () => assert.fail("full") };
  assert.equal(untoured(), false);
  delete globalThis.localStorage;
  assert.equal(untoured(), false);
});

test("a page is plain unless its address asks for something", () => {
  for (const search of ["", "?v=1", "?embed=true", "?embed_options=dark_theme&v=1"]) assert.ok(isPlain(search), search);
  for (const search of ["?v=1&k=3", "?v=1&at=4", "?v=1&hide=speed", "?v=1&lock=1", "?v=1&big=1", "?v=1&r=ABCDE"]) assert.ok(!isPlain(search), search);
});
