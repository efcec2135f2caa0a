import assert from "node:assert/strict";
import test from "node:test";
import { decode, decodeRow, decodeRows, decodeStatic } from "../../assets/player/wire/decode.js";

const base64 = (array) => Buffer.from(array.buffer).toString("base64");

test("base64 arrays come back as they were", () => {
  const x = Float32Array.from([1.5, -2.25, 1e-7, 3e8]);
  const id = Int32Array.from([1, 272, -5, 9]);
  const { points } = decodeStatic({ points: { x: base64(x), id: base64(id) }, network: {} });
  assert.deepEqual(points, { x, y: null, id });
});

test("grids come back as one density a component, with the nodes where they were", () => {
  const z = base64(Float32Array.from({ length: 2 * 3 * 4 }, (_, i) => i));
  const { of, grid } = decodeRow({ grids: { x: [0, 3], y: [-1, 1], nx: 4, ny: 3, z } }).grids;
  assert.deepEqual([...of[1].subarray(0, 3)], [12, 13, 14]);
  assert.deepEqual(grid, { x0: 0, dx: 1, nx: 4, y0: -1, dy: 1, ny: 3 });
  const line = decodeRow({ grids: { x: [0, 3], nx: 4, z } }).grids;
  assert.equal(line.of.length, 6);
  assert.equal(line.grid.ny, 1);
});

test("the same payload is the same message, and a key that nobody knows does not come in", () => {
  const data = { run: "r1", nonsense: 5, rows: [{ i: 0, ll: -1, nonsense: 5 }] };
  const message = decode(data);
  assert.equal(decode(data), message);
  assert.ok(!("nonsense" in message) && !("nonsense" in message.rows[0].open()));
});

test("a row that is not wanted is never opened", () => {
  const row = { i: 3, get l() { throw new Error("opened"); } };
  const [{ iteration, sketch, open }] = decodeRows([row]);
  assert.deepEqual([iteration, sketch], [3, false]);
  assert.throws(open, /opened/);
});
