import assert from "node:assert/strict";
import test from "node:test";
import { columns, edgeShare, nameOf, route, used } from "../../assets/player/drawing/columns.js";

const deep = (independent, layers = [3, 4, 2]) => columns({ layers, independent }, 420, 260);

test("layers stand in columns from left to right, inside the frame and apart from each other", () => {
  for (const layers of [[3], [2, 5], [3, 4, 2], [20, 10, 10, 3]]) {
    const plan = deep(false, layers);
    assert.deepEqual(
      plan.nodes.map((c) => c.length),
      layers,
    );
    const xs = plan.nodes.map(([node]) => node.x);
    assert.deepEqual(
      [...xs].sort((a, b) => a - b),
      xs,
    );
    assert.ok(plan.data.x < xs[0] && xs.at(-1) + plan.largest < 420 - 30);
    for (const column of plan.nodes) {
      column.forEach((node, k) => {
        assert.ok(node.y - plan.largest > 0 && node.y + plan.largest < 260);
        if (k) assert.ok(node.y - column[k - 1].y >= 2 * plan.largest);
      });
    }
  }
});

test("a network has an edge a pair, independent layers meet in junctions instead", () => {
  const pairs = deep(false);
  assert.equal(pairs.edges.length, 3 + 3 * 4 + 4 * 2);
  assert.equal(pairs.edges.filter((e) => e.from !== undefined).length, 20);
  assert.equal(pairs.junctions.length, 0);
  const apart = deep(true);
  assert.equal(apart.edges.length, 3 + (3 + 4) + (4 + 2));
  assert.ok(apart.edges.every((e) => e.from === undefined));
  assert.equal(apart.junctions.length, 2);
  apart.junctions.forEach(({ x }, l) => assert.ok(apart.nodes[l][0].x < x && x < apart.nodes[l + 1][0].x));
});

test("a route runs from the data through its nodes to the deepest layer", () => {
  const ends = (d) =>
    d
      .split("M")
      .slice(1)
      .map((part) => [part.split("C")[0], part.split(" ").at(-1)]);
  for (const independent of [false, true]) {
    const plan = deep(independent);
    const parts = ends(route([1, 3, 0], plan));
    const name = ({ x, y }) => `${Number(x.toFixed(1))},${Number(y.toFixed(1))}`;
    assert.equal(parts.length, independent ? 5 : 3);
    assert.equal(parts[0][0], name(plan.data));
    assert.equal(parts.at(-1)[1], name(plan.nodes[2][0]));
    parts.slice(1).forEach(([from], i) => assert.equal(from, parts[i][1]));
  }
});

test("the share of an edge is its conditional probability, or its node's weight", () => {
  const net = {
    nodes: [
      [0.3, 0.7],
      [0.4, 0.6],
    ],
    edges: [
      [
        [0.25, 0.1],
        [0.75, 0.9],
      ],
    ],
  };
  assert.equal(edgeShare({ layer: 1, node: 0, from: 1 }, net), 0.75);
  assert.equal(edgeShare({ layer: 1, node: 1 }, net), 0.6);
  assert.equal(edgeShare({ layer: 0, node: 1 }, { nodes: [[0.3, 0.7]] }), 0.7);
});

test("paths name the nodes and edges that they use", () => {
  assert.deepEqual(
    [
      ...used([
        [1, 0],
        [1, 2],
      ]),
    ],
    ["0/1", "1/0", "1/1-0", "1/2", "1/1-2"],
  );
  assert.equal(nameOf({ layer: 1, node: 2, from: 1 }), "1/1-2");
  assert.equal(nameOf({ layer: 0, node: 1 }), "0/1");
});

test("weights stand where no node is and no edge begins, at any size, or nowhere", () => {
  const WORDS = 34; // pixels of a weight in words
  const start = ({ d }) => Number(d.slice(1).split(",")[0]);
  const found = new Set();
  const check = (network, width, height) => {
    const { nodes, junctions, edges, largest, weights } = columns(network, width, height);
    assert.equal(weights.at(-1), "right");
    nodes.slice(0, -1).forEach((column, l) => {
      found.add(weights[l]);
      if (weights[l] === "below") {
        for (const [j, { y }] of column.slice(1).entries()) assert.ok(y - largest > column[j].y + largest + 20);
      } else if (weights[l] === "right") {
        const goal = junctions[l]?.x ?? nodes[l + 1][0].x;
        const end = column[0].x + largest + 6 + WORDS;
        assert.ok(end + 8 < goal, "room for the edges");
        const leaving = edges.map(start).filter((x) => x > column[0].x && x < goal);
        assert.ok(leaving.length >= column.length && leaving.every((x) => x > end - 0.1));
      } else assert.ok(width < 100 * network.layers.length + 100, "where there is room they are told");
    });
  };
  for (const layers of [[5, 2], [2, 5], [3, 4, 2], [10, 5, 2], [8, 9, 8]]) {
    for (const independent of [false, true]) {
      for (let width = 180; width < 600; width += 35) {
        for (let height = 80; height < 340; height += 20) check({ layers, independent }, width, height);
      }
    }
  }
  assert.deepEqual([...found].sort(), ["", "below", "right"]);
});
