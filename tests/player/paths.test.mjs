import assert from "node:assert/strict";
import test from "node:test";
import { decodeDetail } from "../../assets/player/wire/decode.js";
import * as paths from "../../assets/player/wire/paths.js";

const network = {
  layers: [2, 2],
  independent: false,
  paths: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
};
const g = [0.1, 0.2, 0.3, 0.4].map((w, p) => [w, 0, 0, 1, 0, 1, network.paths[p][0]]);
const net = {
  nodes: [
    [0.3, 0.7],
    [0.4, 0.6],
  ],
  edges: [
    [
      [0.25, 1 / 3],
      [0.75, 2 / 3],
    ],
  ],
};
const encode = (array) => Buffer.from(array.buffer).toString("base64");
const detail = decodeDetail({
  run: "r1",
  iteration: 3,
  half: "M",
  nodes: [encode(Uint8Array.of(255, 26, 0, 229)), encode(Uint8Array.of(51, 255, 204, 0))],
  paths: { m: 2, index: encode(Int32Array.of(1, 0, 2, 3)), probability: encode(Uint8Array.of(204, 51, 229, 0)) },
  images: null,
});
const row = { labels: Uint8Array.of(0, 1) };

test("paths pass through their nodes and edges", () => {
  assert.deepEqual(paths.passing(network.paths, null), [0, 1, 2, 3]);
  assert.deepEqual(paths.passing(network.paths, { layer: 1, node: 1 }), [1, 3]);
  assert.deepEqual(paths.passing(network.paths, { layer: 1, node: 1, from: 0 }), [1]);
  assert.deepEqual(paths.pathsOf({}, [[1, 0, 0, 1, 0, 1, 2]]), [[2]]);
});

test("points stand out by what Python says of a node, by their paths at an edge, else by their label", () => {
  const of = (focus, known) => paths.emphasis(focus, known, row, network.paths);
  assert.equal(of(null, detail), null);
  assert.deepEqual([...of({ layer: 0, node: 0 }, detail)], [255, 26]);
  assert.deepEqual([...of({ layer: 1, node: 1 }, detail)], [204, 0]);
  assert.deepEqual([...of({ layer: 1, node: 1, from: 0 }, detail)], [204, 0]);
  assert.deepEqual([...of({ layer: 0, node: 1 }, null)], [0, 255]);
  assert.equal(of({ layer: 1, node: 1 }, null), null);
  assert.equal(paths.emphasis({ layer: 0, node: 1 }, null, { labels: null }, network.paths), null);
});

test("the paths of a point come most probable first, without those that say nothing", () => {
  const first = paths.explaining(detail, 0, network.paths);
  assert.deepEqual(
    first.map((e) => e.path),
    [
      [0, 1],
      [0, 0],
    ],
  );
  assert.equal(first[0].probability, 204 / 255);
  assert.deepEqual(
    paths.explaining(detail, 1, network.paths).map((e) => e.path),
    [[1, 0]],
  );
  assert.deepEqual(paths.explaining(null, 1, network.paths), []);
  assert.deepEqual(paths.explaining(detail, null, network.paths), []);
});

test("a node, an edge and a point are read out in one line", () => {
  const read = (focus, more) => paths.readFocus(focus, { ...network, ...more }, net, g, network.paths);
  assert.equal(
    read({ layer: 1, node: 0 }),
    "Layer 2, component 1: weight 40 %, 2 of 4 paths; given this, layer 1: 2 (75 %), 1 (25 %)",
  );
  assert.equal(
    read({ layer: 0, node: 0 }),
    "Layer 1, component 1: weight 30 %, 2 of 4 paths; given this, layer 2: 2 (67 %), 1 (33 %)",
  );
  assert.equal(
    read({ layer: 1, node: 1, from: 0 }),
    "Layer 1, component 1, given layer 2, component 2: 33 %; 1 of 4 paths, together 20 %",
  );
  assert.match(read({ layer: 1, node: 0 }, { independent: true }), /independent of the other layers$/);
  assert.equal(
    paths.readFocus({ layer: 0, node: 1 }, { layers: [2] }, { nodes: [[0.35, 0.65]] }, g, [[0], [1]]),
    "Component 2: weight 65 %",
  );
  assert.equal(
    paths.readPoint(17, paths.explaining(detail, 0, network.paths), true),
    "Row 17 · path 1 › 2: 80 % · 1 › 1: 20 %",
  );
});

test("a focus equals itself and not the edge that ends in it", () => {
  assert.ok(paths.sameFocus({ layer: 1, node: 0 }, { layer: 1, node: 0 }));
  assert.ok(!paths.sameFocus({ layer: 1, node: 0 }, { layer: 1, node: 0, from: 1 }));
  assert.ok(!paths.sameFocus(null, { layer: 1, node: 0 }));
});
