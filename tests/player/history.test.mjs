import assert from "node:assert/strict";
import test from "node:test";
import { decodeRows } from "../../assets/player/wire/decode.js";
import { History } from "../../assets/player/wire/history.js";

const base64 = (...values) => Buffer.from(Uint8Array.from(values)).toString("base64");
const row = (i, more) => ({
  i,
  ll: -10 + i,
  g: [
    [0.5, i, 0, 1, 0, 1, 0],
    [0.5, -i, 0, 1, 0, 1, 1],
  ],
  ...(i ? { l: base64(0, 1), c: base64(255, 128) } : {}),
  ...more,
});

test("rows are taken once and in order; a gap is left to be asked for", () => {
  const history = new History("r1");
  assert.equal(history.take(decodeRows([row(0), row(1)])), 2);
  assert.equal(history.take(decodeRows([row(0), row(1), row(2)])), 1);
  assert.equal(history.take(decodeRows([row(5)])), 0);
  assert.equal(history.newest, 2);
  assert.deepEqual([...history.rows[1].confidence], [255, 128]);
});

test("an E-step shows new labels over old Gaussians, an M-step the new Gaussians", () => {
  const history = new History("r1");
  history.take(decodeRows([row(0), row(1), row(2)]));
  const e = history.scene(3),
    m = history.scene(4);
  assert.deepEqual([e.iteration, e.half, e.gaussians[0][1], e.labels], [2, "E", 1, history.rows[2].labels]);
  assert.deepEqual([m.iteration, m.half, m.gaussians[0][1], m.labels], [2, "M", 2, history.rows[2].labels]);
  assert.equal(history.scene(0).labels, null);
  assert.deepEqual(
    history.scene(4, { focus: { layer: 0, node: 1 } }).gaussians.map((g) => g.at(-1)),
    [1],
  );
});

test("a fork starts with the rows of its parent, and keeps the first stop", () => {
  const parent = new History("r1"),
    fork = new History("r2");
  parent.take(decodeRows([row(0), row(1), row(2, { stop: true }), row(3, { stop: true })]));
  fork.inherit(parent, 1);
  assert.equal(fork.newest, 1);
  assert.equal(parent.stop, 2);
  assert.equal(fork.stop, null);
});

test("a fork knows what Python said of its parent up to where they part, and nothing beyond", () => {
  const parent = new History("r1");
  parent.take(decodeRows([row(0), row(1), row(2)]));
  const detail = { run: "r1", iteration: 1, half: "M", nodes: [] };
  assert.ok(parent.learn(detail));
  const forks = [1, 0].map((upto) => {
    const fork = new History("r2");
    fork.inherit(parent, upto);
    return fork.detailAt(2);
  });
  assert.deepEqual(forks, [detail, null]);
});

test("the slider reaches the end when it is known, and what may come before that", () => {
  const history = new History("r1");
  history.fixed = { maxIter: 100 };
  history.take(decodeRows([row(0), row(1)]));
  assert.equal(history.last, 100);
  history.end = { iteration: 37 };
  assert.equal(history.last, 37);
});

test("sketches make way for whole rows, wherever these come first", () => {
  const sketch = (i) => ({ i, ll: -10 + i, sketch: true, ...(i === 2 && { stop: true }) });
  const history = new History("r1");
  history.take(decodeRows([sketch(0), sketch(1), sketch(2), row(3), sketch(4)]));
  assert.deepEqual([history.newest, history.sketches, history.stop], [4, 4, 2]);
  assert.deepEqual(
    [0, 3, 4, 9].map((t) => history.missing(t)),
    [0, 4, 4, 5],
  );
  assert.deepEqual(
    [5, 6, 8].map((at) => history.shows(at)),
    [false, true, false],
    "an E-step needs the Gaussians of the iteration before",
  );
  assert.equal(history.take(decodeRows([row(2, { stop: true }), sketch(2), row(3)])), 1);
  assert.ok(history.shows(5) && history.rows[3].change > 1, "the means have moved");
  assert.equal(history.take(decodeRows([row(0), row(1), row(4), row(5)])), 4);
  const whole = new History("r1");
  whole.take(decodeRows([0, 1, 2, 3, 4, 5].map((i) => row(i, i === 2 && { stop: true }))));
  assert.deepEqual(history.rows, whole.rows);
  assert.equal(history.sketches, 0);
});
