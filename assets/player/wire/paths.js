// Paths of a layered network: which pass where, which points they explain, and words for it. Pure.
// A focus is a node { layer, node } or an edge { layer, node, from } from node `from` of the layer before.
import { percent } from "../maths/text.js";

/** @import { Detail, Focus, Network, Row, Weights } from "./types.d.ts" */

/**
 * The path of every Gaussian: one node a layer. With one layer a Gaussian's owner is its path.
 * @param {Partial<Network>} network
 * @param {number[][]} gaussians
 */
export const pathsOf = (network, gaussians) => network.paths || gaussians.map((g) => [g.at(-1)]);

/**
 * @param {Focus} a
 * @param {Focus} b
 */
export const sameFocus = (a, b) => a?.layer === b?.layer && a?.node === b?.node && a?.from === b?.from;

/**
 * Indices of the paths through a node or an edge; all of them without a focus.
 * @param {number[][]} paths
 * @param {Focus} focus
 */
export function passing(paths, focus) {
  const through = (path) =>
    !focus || (path[focus.layer] === focus.node && (focus.from === undefined || path[focus.layer - 1] === focus.from));
  return paths.flatMap((path, p) => (through(path) ? [p] : []));
}

/**
 * How far a focus is responsible for each point, 0..255; null where that is not known.
 * @param {Focus} focus
 * @param {Detail} detail
 * @param {Row} row
 * @param {number[][]} paths
 */
export function emphasis(focus, detail, row, paths) {
  if (!focus || !row.labels) return null;
  const n = row.labels.length;
  if (detail && focus.from === undefined) {
    const of = detail.nodes[focus.layer];
    return of && of.subarray(focus.node * n, (focus.node + 1) * n);
  }
  if (detail?.paths) {
    const inside = new Set(passing(paths, focus));
    const { count, index, probability } = detail.paths;
    return Uint8Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let s = i * count; s < (i + 1) * count; s++) if (inside.has(index[s])) sum += probability[s];
      return Math.min(255, sum);
    });
  }
  if (focus.layer > 0) return null;
  return Uint8Array.from(row.labels, (label) => (label === focus.node ? 255 : 0));
}

/**
 * The paths that explain point i, most probable first: [{ path, probability }].
 * @param {Detail} detail
 * @param {number} i
 * @param {number[][]} paths
 */
export function explaining(detail, i, paths) {
  if (!detail?.paths || i === null) return [];
  const { count, index, probability } = detail.paths;
  return Array.from({ length: count }, (_, s) => ({
    path: paths[index[i * count + s]],
    probability: probability[i * count + s] / 255,
  }))
    .filter(({ path, probability: p }) => path && p >= 0.005)
    .sort((a, b) => b.probability - a.probability);
}

const place = (layer, node, deep) => (deep ? `Layer ${layer + 1}, component ${node + 1}` : `Component ${node + 1}`);

/**
 * One line about a focus: its weight, the paths through it, and the layer next to it.
 * @param {Focus} focus
 * @param {Network} network
 * @param {Weights} weights
 * @param {number[][]} gaussians
 * @param {number[][]} paths
 */
export function readFocus(focus, network, weights, gaussians, paths) {
  const { layer, node, from } = focus;
  const deep = network.layers.length > 1;
  const inside = passing(paths, focus);
  const number = (v) => v.toLocaleString("en-GB");
  const count = `${number(inside.length)} of ${number(paths.length)} paths`;
  const weight = inside.reduce((sum, p) => sum + gaussians[p][0], 0);
  if (from !== undefined) {
    const share = percent(weights.edges[layer - 1][from][node]);
    const given = place(layer, node, true).replace("Layer", "layer");
    return `${place(layer - 1, from, true)}, given ${given}: ${share}; ${count}, together ${percent(weight)}`;
  }
  const head = `${place(layer, node, deep)}: weight ${percent(weights.nodes[layer][node])}`;
  if (!deep) return head;
  if (network.independent) return `${head}, ${count}; independent of the other layers`;
  const next = layer > 0 ? layer - 1 : 1;
  const shares = new Map();
  for (const p of inside) shares.set(paths[p][next], (shares.get(paths[p][next]) || 0) + gaussians[p][0] / weight);
  const most = [...shares].filter(([, share]) => share >= 0.005).sort((a, b) => b[1] - a[1]);
  const list = most.slice(0, 3).map(([k, share]) => `${k + 1} (${percent(share)})`);
  const tail = weight > 0 ? `; given this, layer ${next + 1}: ${list.join(", ")}${most.length > 3 ? ", …" : ""}` : "";
  return `${head}, ${count}${tail}`;
}

/**
 * One line about a point: the paths that explain it.
 * @param {string | number} name
 * @param {ReturnType<typeof explaining>} explained
 * @param {boolean} deep
 */
export function readPoint(name, explained, deep) {
  if (!explained.length) return `Row ${name}: no probabilities here yet`;
  const word = deep ? "path " : "component ";
  const list = explained.map(
    ({ path, probability }) => `${path.map((k) => k + 1).join(" › ")}: ${percent(probability)}`,
  );
  return `Row ${name} · ${word}${list.join(" · ")}`;
}
