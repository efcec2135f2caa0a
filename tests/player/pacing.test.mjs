import assert from "node:assert/strict";
import test from "node:test";
import {
  advance,
  change,
  duration,
  following,
  halfOf,
  INTRODUCTION,
  iterationOf,
  lingering,
  position,
  preceding,
  runsLow,
  settle,
  showsHalves,
} from "../../assets/player/time/pacing.js";

const rows = (n, amount = 0.1) => Array.from({ length: n }, (_, i) => ({ i, change: amount }));
const even = { speed: 10, linger: false };

test("positions and half-steps translate back and forth", () => {
  assert.equal(position(0, "M"), 0);
  for (let at = 0; at < 20; at++) assert.equal(position(iterationOf(at), halfOf(at)), at);
  assert.deepEqual(
    [0, 1, 2].map((at) => following(at, false)),
    [2, 2, 4],
  );
  assert.deepEqual(
    [0, 1, 2].map((at) => following(at, true)),
    [1, 2, 3],
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((at) => preceding(at, false)),
    [0, 0, 0, 2, 2],
  );
});

test("at even speed the playhead moves as many iterations as the clock says", () => {
  for (const speed of [5, 10, 30, 60]) {
    let head = { at: 0, credit: 0 };
    for (let frame = 0; frame < 120; frame++) head = advance(head, 1 / 60, rows(500), { speed, linger: false });
    assert.ok(Math.abs(iterationOf(head.at) - 2 * speed) <= 1, `${iterationOf(head.at)} at ${speed}`);
    assert.equal(halfOf(head.at), "M");
  }
});

test("slow motion stops at every half-step", () => {
  let head = { at: 0, credit: 0 };
  const seen = new Set();
  for (let frame = 0; frame < 60 * 3; frame++) {
    head = advance(head, 1 / 60, rows(50), { speed: 1, linger: false });
    seen.add(head.at);
  }
  assert.deepEqual([...seen], [0, 1, 2, 3, 4, 5, 6].slice(0, seen.size));
  assert.ok(seen.size >= 6);
});

test("without the next row the playhead waits, and goes on without racing when it comes", () => {
  const waiting = advance({ at: 4, credit: 0 }, 5, rows(3), even);
  assert.equal(waiting.at, 4);
  assert.equal(waiting.starved, true);
  const on = advance(waiting, 1 / 60, rows(100), even);
  assert.equal(on.starved, false);
  assert.ok(iterationOf(on.at) - 2 <= 2);
});

test("a stall of the page does not skip ahead", () => {
  assert.ok(iterationOf(advance({ at: 0, credit: 0 }, 60, rows(500), { speed: 10, linger: false }).at) <= 3);
});

test("lingering gives more time to more change, within its bounds", () => {
  assert.equal(lingering(0), 0.3);
  assert.equal(lingering(100), 4);
  for (let a = 0; a < 3; a += 0.01) assert.ok(lingering(a + 0.01) >= lingering(a));
  assert.equal(duration(20, rows(30, 0), { speed: 30, linger: true }), 1 / 30);
  assert.ok(
    duration(20, rows(30, 0), { speed: 10, linger: true }) < duration(20, rows(30, 1), { speed: 10, linger: true }),
  );
});

test("a usual fit of 30 to 100 iterations is shown in two to seven seconds at the default speed", () => {
  for (const n of [30, 100]) {
    const fit = Array.from({ length: n + 1 }, (_, i) => ({ i, change: 1.5 * Math.exp(-i / 4) }));
    let seconds = 0;
    for (let t = 0; t < n; t++) seconds += duration(2 * t, fit, { speed: 10, linger: true });
    assert.ok(seconds > 2 && seconds < 7, `${seconds} s for ${n}`);
  }
});

test("change counts new labels, moved means and gained likelihood", () => {
  const gaussians = [[1, 0, 0, 1, 0, 1, 0]],
    start = { logLikelihood: -20 },
    still = { gaussians, logLikelihood: -10, labels: Uint8Array.of(0, 0, 1, 1) };
  assert.equal(change(undefined, still, still), 0);
  assert.equal(change(still, { ...still }, start), 0);
  assert.equal(change(still, { ...still, labels: Uint8Array.of(0, 1, 1, 1) }, start), 0.25);
  assert.equal(change(still, { ...still, gaussians: [[1, 1, 1, 1, 0, 1, 0]] }, start), 1);
  assert.equal(change(still, { ...still, logLikelihood: -5 }, start), 5 / 15);
  assert.equal(change({ ...still, gaussians: [[1, 0, 4, 0]] }, { ...still, gaussians: [[1, 2, 4, 0]] }, start), 1);
});

test("rows run low below ten, and below one and a half seconds of playing", () => {
  assert.equal(runsLow(0, rows(10), { speed: 0.5, linger: false }), true);
  assert.equal(runsLow(0, rows(11), { speed: 5, linger: false }), false);
  assert.equal(runsLow(0, rows(60), { speed: 60, linger: false }), true);
  assert.equal(runsLow(0, rows(100), { speed: 60, linger: false }), false);
});

test("reduced motion slows down to two half-steps a second and does not linger", () => {
  assert.deepEqual(settle({ speed: 60, linger: true, reduced: true }), { speed: 1, linger: false });
  assert.deepEqual(settle({ speed: 60, linger: true, reduced: false }), { speed: 60, linger: true });
});

test("a visitor's first iterations show both halves, each for seconds; then the pace is the chosen one", () => {
  const fit = rows(500);
  const first = { ...even, introduce: true };
  const shown = [];
  let head = { at: 0, credit: 0 };
  for (let frame = 0; frame < 60 * 17; frame++) {
    head = advance(head, 1 / 60, fit, first);
    if (shown.at(-1) !== head.at) shown.push(head.at);
  }
  assert.deepEqual(shown.slice(0, 8), [0, 1, 2, 3, 4, 5, 6, 8]);
  for (let at = 1; at <= INTRODUCTION; at++) {
    assert.ok(duration(at, fit, first) >= 1.5);
    assert.ok(showsHalves(first, at - 1));
  }
  assert.equal(duration(INTRODUCTION + 2, fit, first), duration(INTRODUCTION + 2, fit, even));
  assert.ok(!showsHalves(first, INTRODUCTION));
});
