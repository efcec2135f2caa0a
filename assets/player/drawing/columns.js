// Where the nodes and edges of a layered network lie. Pure.

/** @import { Focus, Network, Weights } from "../wire/types.d.ts" */

const LEFT = 34;
const RIGHT = 62;
const HEAD = 16; // pixels for the names of the layers
const FOOT = 4;
const LARGEST = 22;
const WEIGHT = 34; // pixels for a weight in words

/**
 * Nodes in a column a layer, data at the left. Edges are { layer, node, from, d }: from the data or from a node of the
 * layer before. Independent layers have no such pairs: the edges of both sides meet in a junction.
 * `weights` says of each layer where its weights stand, off the edges: "below" their nodes, at the "right", where the
 * edges then begin behind them, or nowhere ("").
 * @param {Network} network
 * @param {number} width
 * @param {number} height
 */
export function columns({ layers, independent }, width, height) {
  const top = layers.length > 1 ? HEAD : 0;
  const gap = (width - LEFT - RIGHT) / layers.length;
  const room = layers.map((n) => (height - top - FOOT) / n);
  const largest = Math.min(LARGEST, gap / 3, ...room.map((r) => 0.46 * r));
  const right = largest + 6 + WEIGHT;
  const beside = 0.7 * gap > right + 8 ? "right" : "";
  const weights = room.map((r, l) => (l === layers.length - 1 ? "right" : r > 2 * largest + 20 ? "below" : beside));
  const leave = ({ layer, x, y }) => ({ x: weights[layer] === "right" ? x + right : x, y });
  const data = { x: LEFT - 10, y: top + (height - top - FOOT) / 2 };
  const nodes = layers.map((n, layer) =>
    Array.from({ length: n }, (_, node) => ({
      layer,
      node,
      x: LEFT + (layer + 1) * gap,
      y: top + room[layer] * (node + 0.5),
    })),
  );
  const junctions = independent ? nodes.slice(1).map(([{ x }]) => ({ x: x - gap * 0.3, y: data.y })) : [];
  /** @type {(Focus & { d: string })[]} */
  const edges = nodes[0].map((to) => ({ layer: 0, node: to.node, d: curve(data, to) }));
  for (const column of nodes.slice(1)) {
    const before = nodes[column[0].layer - 1];
    const junction = junctions[column[0].layer - 1];
    if (junction) {
      for (const from of before) edges.push({ layer: from.layer, node: from.node, d: curve(leave(from), junction) });
      for (const { layer, node, x, y } of column) edges.push({ layer, node, d: curve(junction, { x, y }) });
    } else {
      for (const to of column) {
        const { layer, node } = to;
        for (const from of before) edges.push({ layer, node, from: from.node, d: curve(leave(from), to) });
      }
    }
  }
  return { data, nodes, junctions, edges, largest, room, top, weights };
}

/** The line of a path through the whole network. */
export function route(path, { data, nodes, junctions }) {
  let [d, at] = ["", data];
  path.forEach((node, layer) => {
    const to = nodes[layer][node];
    const junction = layer ? junctions[layer - 1] : null;
    d += junction ? curve(at, junction) + curve(junction, to) : curve(at, to);
    at = to;
  });
  return d;
}

function curve(from, to) {
  const bend = (to.x - from.x) * 0.5;
  const n = (v) => Number(v.toFixed(1));
  const [a, b] = [`${n(from.x + bend)},${n(from.y)}`, `${n(to.x - bend)},${n(to.y)}`];
  return `M${n(from.x)},${n(from.y)}C${a} ${b} ${n(to.x)},${n(to.y)}`;
}

/**
 * Probability or weight that an edge's width shows.
 * @param {Focus} edge
 * @param {Weights} weights
 */
export function edgeShare({ layer, node, from }, weights) {
  const own = weights.nodes[layer]?.[node] ?? 0;
  return from === undefined ? own : (weights.edges?.[layer - 1]?.[from]?.[node] ?? own);
}

/** Radius of a node: its area is its weight, and an equal share fills half of the room. */
export const nodeRadius = (weight, count, largest) => Math.max(2, largest * Math.sqrt(Math.min(1, (weight * count) / 2)));

/** Width of an edge, and how far its colour is from the background to the text. */
export const edgeLook = (share) => ({ width: 0.5 + 7 * share, ink: 0.12 + 0.2 * Math.min(1, share) });

/** Names of the nodes and edges that some paths use, as `layer/node` and `layer/from-node`. */
export function used(paths) {
  const names = new Set();
  for (const path of paths) {
    path.forEach((node, layer) => {
      names.add(`${layer}/${node}`);
      if (layer) names.add(`${layer}/${path[layer - 1]}-${node}`);
    });
  }
  return names;
}

/** @param {Focus} part */
export const nameOf = ({ layer, node, from }) => (from === undefined ? `${layer}/${node}` : `${layer}/${from}-${node}`);
