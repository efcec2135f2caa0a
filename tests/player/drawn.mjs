// What the player draws of messages from Python, without a browser: tests/pages/test_one_picture.py compares it with the
// figures of mixes/plots.
import { readFileSync } from "node:fs";
import { firstAxes, grown } from "../../assets/player/drawing/axes.js";
import { whyApart } from "../../assets/player/panels/climb.js";
import { columns, edgeLook, edgeShare, nodeRadius } from "../../assets/player/drawing/columns.js";
import { Curve } from "../../assets/player/panels/curve.js";
import { mix } from "../../assets/player/maths/colour.js";
import { percent } from "../../assets/player/maths/text.js";
import { stillTraces } from "../../assets/player/drawing/still.js";
import { pictureStyle } from "../../assets/player/drawing/style.js";
import { inkOn, pigments, shades, themed } from "../../assets/player/drawing/theme.js";
import { decodeRows, decodeStatic } from "../../assets/player/wire/decode.js";
import { History } from "../../assets/player/wire/history.js";

globalThis.matchMedia = () => ({ matches: false });

function picture(history, theme) {
  const { fixed } = history;
  const scene = history.scene(2 * history.newest);
  const axes = grown(firstAxes(fixed), scene, fixed);
  const view = { ...axes, left: 0, top: 0, w: 600, h: 600, width: 600, height: 600 };
  return { axes, layout: themed(fixed.figures.density.layout, theme), data: stillTraces(fixed, pictureStyle(fixed, theme), scene, view) };
}

function curve(history, theme) {
  const layout = themed(history.fixed.figures.curve.layout, theme);
  const known = { fixed: history.fixed, theme, history, layout, seen: history.newest, plot: {}, own: true, whole: false };
  const drawn = Object.assign(Object.create(Curve.prototype), known, { named: whyApart(history.rows) });
  return { data: drawn.traces(), layout: drawn.fill(), why: history.fixed.objectiveNotes[drawn.named] ?? "" };
}

function network({ fixed, rows, newest }, theme, { width, height }) {
  const plan = columns(fixed.network, width, height);
  const weights = rows[newest].network;
  const own = pigments(fixed, theme);
  const nodes = plan.nodes.flat().map(({ layer, node, x, y }) => {
    const weight = weights.nodes[layer][node];
    const colour = layer ? theme.muted : own.of(node);
    const radius = nodeRadius(weight, plan.nodes[layer].length, plan.largest);
    return { layer, x, y, radius, colour, ink: inkOn(colour), weight: percent(weight) };
  });
  const edges = plan.edges.map((edge) => {
    const look = edgeLook(edgeShare(edge, weights));
    return { path: edge.d, width: look.width, colour: mix(theme.background, theme.text, look.ink) };
  });
  return { nodes, edges, junctions: plan.junctions };
}

const { still, rows, end, size, ...given } = JSON.parse(readFileSync(0, "utf8"));
const theme = { ...given.theme, ...shades(given.theme) };
const history = new History("r1");
history.fixed = decodeStatic(still);
history.take(decodeRows(rows));
history.close(end);
const drawn = { picture: picture(history, theme), curve: curve(history, theme), network: network(history, theme, size) };
const plain = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
console.log(JSON.stringify(drawn, plain));
