// The drawing board: its text is the one of pages/work/drawing.py, and its tools do to points what they say.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { piled, ticks, valueAt } from "../../assets/player/board/axes.js";
import { Memory } from "../../assets/player/board/memory.js";
import { cloud, erased, generator, pointAt, spacing, spots, used } from "../../assets/player/board/strokes.js";
import { Told } from "../../assets/player/board/told.js";
import { written as writtenIn } from "../../assets/player/panels/controls.js";
import { saying } from "../../assets/player/board/tools.js";
import { across, along, decodeBoard, drawn, readDrawing, STEPS, writeDrawing } from "../../assets/player/board/text.js";

const page = readFileSync(new URL("../../pages/wire/messages.md", import.meta.url), "utf8");
const written = (title) => [...page.split(/^##+ /m).find((part) => part.startsWith(`${title}\n`)).matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key);
const EMPTY = "p_0,10,0,10__";
const FEW = "p_-1,1,0,1e+06_a2b1f1_AAAA__--AZ-_BABA"; // in test_drawing, too: as Python reads it
const tool = { name: "point", c: 0, radius: 400, count: 50 };
const drawnWith = (drawing, more, place = [2000, 2000], most = 1500) => used(drawing, { ...tool, ...more }, place, { random: generator(1), most });

test("a drawing is written as it was read", () => {
  for (const text of [EMPTY, FEW, "p_0,10__", "p_0,4.095_c3_AAABAC"]) assert.equal(writeDrawing(readDrawing(text)), text);
});

test("a coordinate is two characters of six bits, and a letter and a number are the classes", () => {
  const { box, points } = readDrawing(FEW);
  assert.deepEqual(box, ["-1", "1", "0", "1e+06"]);
  assert.deepEqual(points, [
    { x: 0, y: 0, c: 0 },
    { x: 4095, y: 62 * 65, c: 0 },
    { x: 25, y: 62 * 64 + 63, c: 1 },
    { x: 64, y: 64, c: 5 },
  ]);
});

test("points are written class by class, whatever their order", () => {
  const drawing = readDrawing(FEW);
  assert.equal(writeDrawing({ ...drawing, points: [3, 2, 0, 1].map((i) => drawing.points[i]) }), FEW);
});

test("points of one axis are piled up where they share a bin", () => {
  const at = (...steps) => piled(steps.map((x) => ({ x })), 4);
  assert.deepEqual(at(0, 1023, 1024, 5, 4095, 4095), [0, 1, 0, 2, 0, 1]);
});

test("along one axis a point stays where it is, and along another it lies by its place alone", () => {
  const line = along(1, readDrawing(FEW));
  assert.equal(writeDrawing(line), "p_-1,1_a2b1f1_AA__AZBA");
  assert.deepEqual(line.points.map(({ y }) => y), [0, 4095, 25, 64].map(across));
  const plane = along(2, line);
  assert.deepEqual([plane.box, plane.points], [["-1", "1", "0", "10"], line.points]);
  assert.ok([...Array(4096).keys()].every((x) => across(x) >= 0 && across(x) <= STEPS));
});

test("a point is put on the board, also where the pointer has left it", () => {
  assert.deepEqual(pointAt([-50, 5000], 3, 2), { x: 0, y: 4095, c: 3 });
  assert.deepEqual(pointAt([17.4, 9], 0, 1), { x: 17, y: across(17), c: 0 });
});

test("a cloud has half its ring's radius as standard deviation, about its place", () => {
  const points = cloud([2000, 1500], 2, 2, { radius: 600, count: 20_000, random: generator(7) });
  const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
  for (const [values, middle] of [[points.map(({ x }) => x), 2000], [points.map(({ y }) => y), 1500]]) {
    assert.ok(Math.abs(mean(values) - middle) < 10);
    assert.ok(Math.abs(Math.sqrt(mean(values.map((v) => (v - middle) ** 2))) - 300) < 6);
  }
  const inside = points.filter(({ x, y }) => Math.hypot(x - 2000, y - 1500) < 600).length / points.length;
  assert.ok(Math.abs(inside - (1 - Math.exp(-2))) < 0.01);
  assert.ok(points.every(({ c }) => c === 2));
});

test("a cloud at a corner is all on the board, and does not pile up at its edge", () => {
  for (const axes of [1, 2]) {
    const points = cloud([0, 4095], 0, axes, { radius: 800, count: 1000, random: generator(3) });
    assert.ok(points.every(({ x, y }) => x >= 0 && y <= STEPS));
    assert.ok(points.filter(({ x }) => x === 0).length < 10);
  }
});

test("the same stroke gives the same points, another one others", () => {
  const draw = (seed) => cloud([2000, 2000], 0, 2, { radius: 300, count: 9, random: generator(seed) });
  assert.deepEqual(draw(5), draw(5));
  assert.notDeepEqual(draw(5), draw(6));
});

test("the eraser takes what lies in its ring; along one axis, in its band", () => {
  const points = [pointAt([100, 100], 0, 2), pointAt([140, 130], 0, 2), pointAt([151, 100], 1, 2)];
  assert.deepEqual(erased(points, [100, 100], 50, 2), [points[2]]);
  assert.deepEqual(erased(points, [100, 4000], 50, 1), [points[2]]);
  const drawing = { box: ["0", "10", "0", "10"], points };
  assert.equal(drawnWith(drawing, { name: "erase", radius: 50 }, [4000, 4000]), drawing, "nothing there, nothing changed");
});

test("no more points come than a link holds", () => {
  const full = drawnWith(readDrawing(EMPTY), { name: "brush" }, [2000, 2000], 30);
  assert.equal(full.points.length, 30);
  assert.equal(drawnWith(full, {}, [1, 1], 30).points.length, 30);
});

test("it is said how many points there are, how many there may be, and what to do when there are so many", () => {
  const now = { points: 1200, most: 1500, locked: false, chosen: true };
  assert.equal(saying(now), "1,200 of at most 1,500 points.");
  assert.match(saying({ ...now, points: 1500 }), /^The board is full: a link holds 1,500 points at most\. Erase some, or upload a table\.$/);
  assert.match(saying({ ...now, locked: true }), /locked/);
  assert.match(saying({ ...now, chosen: false }), /^Choose a tool/);
});

test("what was drawn before comes back, and again what was undone, until something else is drawn", () => {
  const memory = new Memory();
  const stroke = (text) => (memory.remember(memory.now), memory.stands(text));
  const back = (text) => (memory.stands(text), text);
  memory.adopt("a", false);
  assert.deepEqual([memory.undo(), memory.redo()], ["", ""]);
  ["b", "c", "d"].forEach(stroke);
  assert.deepEqual([back(memory.undo()), back(memory.undo()), back(memory.redo()), back(memory.undo())], ["c", "b", "c", "b"]);
  stroke("e");
  assert.equal(memory.redo(), "");
  assert.deepEqual([back(memory.undo()), back(memory.undo()), memory.undo()], ["b", "a", ""]);
  memory.adopt("rows of another data set", true);
  assert.equal(memory.undo(), "a");
});

test("what Python was told comes back in order, also what was undone and done again, or skipped", () => {
  const told = new Told();
  ["a", "", "a", "b"].forEach((text) => told.say(text));
  assert.equal(told.latest, "b");
  assert.deepEqual(["a", "", "a"].map((text) => told.back(text)), [true, true, true]);
  assert.ok(told.waiting && told.back("b") && !told.waiting && !told.back("b"));
  ["a", "", "c"].forEach((text) => told.say(text));
  assert.ok(!told.back("of another page") && told.back("c") && !told.waiting, "the others are not awaited any more");
});

test("keys that undo in the board leave the edits of a model alone", () => {
  const pressedIn = (place) => ({ target: { closest: (selector) => selector.split(", ").includes(place) } });
  assert.ok(writtenIn(pressedIn(".em-board")) && writtenIn(pressedIn("textarea")));
  assert.ok(!writtenIn(pressedIn(".em-hands")));
});

test("the tab keeps it over a reload, of the drawing that it is of", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
  Object.defineProperty(globalThis, "sessionStorage", { value: storage, configurable: true });
  const before = new Memory();
  before.adopt("a", false);
  for (const text of ["b", "c"]) before.remember(before.now), before.stands(text);
  before.stands(before.undo());
  const [same, other] = [new Memory(), new Memory()];
  same.adopt("b", false);
  assert.deepEqual([same.past, same.later], [["a"], ["c"]]);
  other.adopt("z", false);
  assert.deepEqual([other.past, other.later], [[], []]);
  kept.set("mixes-board", "no JSON");
  new Memory().adopt("z", false);
  delete globalThis.sessionStorage;
});

test("a drag uses a tool every so far, however fast it is", () => {
  const from = [100, 100];
  assert.deepEqual(spots(from, [100, 130], 10), [[100, 110], [100, 120], [100, 130]]);
  assert.deepEqual(spots(from, [104, 103], 10), []);
  assert.ok(spacing({ name: "brush", radius: 400 }) === 400 && spacing({ name: "erase", radius: 400 }) < 400);
});

test("axes have round numbers, as they are written", () => {
  const texts = (...ends) => ticks(...ends, 5).map(({ text }) => text);
  assert.deepEqual(texts(0, 10), ["0", "2", "4", "6", "8", "10"]);
  assert.deepEqual(texts(-1, 1), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
  assert.deepEqual(texts(1.4, 5.3), ["2", "3", "4", "5"]);
  assert.deepEqual(texts(0, 1e6), ["0", "2e+5", "4e+5", "6e+5", "8e+5", "1e+6"]);
  assert.deepEqual(ticks(0, 10, 5).map(({ at }) => at / STEPS), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual([valueAt([0, 10], STEPS / 2), valueAt([-1, 1], 2047.5), valueAt([-1, 1], 0)], ["5.00", "0.000", "-1.000"]);
});

test("the board reads and says the keys that are written down and no others", () => {
  const read = new Set();
  decodeBoard(new Proxy({}, { get: (_, name) => read.add(String(name)) }));
  assert.deepEqual([...read, "player"].sort(), written("The drawing board").sort());
  assert.deepEqual(Object.keys(drawn(EMPTY)).map((key) => `drawn.${key}`), written("Drawn"));
});
