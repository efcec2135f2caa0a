// The network: a column of nodes a layer, data at the left, the deepest layer at the right.
import { columns, edgeLook, edgeShare, nameOf, nodeRadius, route, used } from "../drawing/columns.js";
import { attribute, html, svg, write } from "../drawing/dom.js";
import { inked, inkOn, pigments } from "../drawing/theme.js";
import { mix } from "../maths/colour.js";
import { percent } from "../maths/text.js";
import { passing, sameFocus } from "../wire/paths.js";

const FEW_EDGES = 30; // up to here the tabulator key stops at edges, too

/** @import { Fixed, Focus } from "../wire/types.d.ts" */

export class Network {
  constructor(panel, onFocus) {
    this.panel = panel;
    this.onFocus = onFocus;
    /** @type {Focus} */
    this.hovered = null;
    /** @type {Focus} */
    this.pinned = null;
    /** @type {Fixed} */
    this.fixed = null;
    /** @type {import("../drawing/theme.js").Theme} */
    this.theme = null;
    /** @type {import("../drawing/theme.js").Pigments} */
    this.colours = null;
    this.drawing = svg("svg", { class: "em-network", role: "group", "aria-label": "Network: one node per component" });
    this.frame = html("div", { class: "em-network-frame" }, this.drawing);
    panel.append(this.frame);
    this.observer = new ResizeObserver(() => this.fixed && this.build());
    this.observer.observe(this.frame);
  }

  dress(fixed, theme) {
    const of = ({ network, components }) => JSON.stringify([network, components]);
    const same = this.fixed && of(fixed) === of(this.fixed);
    Object.assign(this, { fixed, theme, colours: pigments(fixed, theme) });
    if (!same) Object.assign(this, { hovered: null, pinned: null });
    this.build();
  }

  /** The node or edge whose Gaussians alone are shown, or null. */
  get focus() {
    return this.hovered ?? this.pinned;
  }

  build() {
    const { scale = 1 } = this.theme;
    const [width, height] = [this.frame.clientWidth / scale, this.frame.clientHeight / scale];
    if (!width || !height) return;
    const { network } = this.fixed;
    const deep = network.layers.length > 1;
    const plan = (this.plan = columns(network, width, height));
    attribute(this.drawing, "viewBox", `0 0 ${width} ${height}`);
    this.edges = plan.edges.map((edge) => this.edge(edge));
    this.nodes = plan.nodes.flat().map((node) => this.node(node));
    const { x, y } = plan.data;
    const data = svg("g", { class: "em-data" }, svg("rect", { x: x - 15, y: y - 11, width: 30, height: 22, rx: 5 }));
    data.append(text("data", { x, y: y + 3.5 }));
    const junctions = plan.junctions.map((at) => svg("circle", { class: "em-junction", cx: at.x, cy: at.y, r: 4.5 }));
    const heads = deep
      ? plan.nodes.map(([first], l) => text(`layer ${l + 1}`, { class: "em-layer", x: first.x, y: 10 }))
      : [];
    this.lit = svg("g", { class: "em-lit" });
    const edges = this.edges.flatMap(({ line, reach }) => [line, reach]);
    this.drawing.replaceChildren(...edges, this.lit, ...junctions, data, ...heads, ...this.nodes.map((n) => n.group));
    this.before = null;
    if (this.scene) this.show(this.scene);
  }

  edge(edge) {
    const line = svg("path", { class: "em-edge", d: edge.d });
    const reach = svg("path", { class: "em-reach", d: edge.d, "data-edge": nameOf(edge) });
    // an edge from the data or a junction does what its node does: it is for a mouse alone
    if (edge.from !== undefined) attribute(reach, "role", "button");
    if (edge.from !== undefined && this.plan.edges.length <= FEW_EDGES) attribute(reach, "tabindex", 0);
    const { layer, node, from } = edge;
    const focus = from === undefined ? { layer, node } : { layer, node, from };
    this.respond(reach, focus);
    return { ...edge, line, reach, focus };
  }

  node({ layer, node, x, y }) {
    const { largest, room, weights } = this.plan;
    const fill = layer === 0 ? this.colours.of(node) : this.theme.muted;
    const circle = svg("circle", { class: "em-dot", cx: x, cy: y, r: 4, fill });
    const number = text(node + 1, { class: "em-number", x, y: y + 4, style: `fill:${inkOn(fill)}` });
    if (largest < 10) Object.assign(number.style, { fontSize: "9px", transform: "translateY(-0.7px)" });
    const below = weights[layer] === "below";
    const at = below ? { x, y: y + largest + 13, "text-anchor": "middle" } : { x: x + largest + 6, y: y + 4 };
    const label = text("", { class: "em-weight", ...at });
    if (room[layer] < 13 || !weights[layer]) label.style.display = "none";
    else if (room[layer] < 17) label.style.fontSize = "10.5px";
    const reach = below
      ? { x: x - 20, y, width: 40, height: largest + 18 }
      : { x, y: y - largest, width: largest + (weights[layer] ? 42 : 0), height: 2 * largest };
    const group = svg(
      "g",
      { class: "em-node", tabindex: 0, role: "button", "data-layer": layer, "data-node": node },
      text("Shows what passes through here alone; click to keep it.", {}, "title"),
      svg("circle", { class: "em-halo", cx: x, cy: y, r: largest + 3 }),
      svg("rect", { class: "em-span", ...reach }),
      circle,
      number,
      label,
    );
    const focus = { layer, node };
    this.respond(group, focus);
    return { layer, node, focus, circle, number, label, group };
  }

  /** Hover, focus and click of a node or an edge. */
  respond(element, focus) {
    const hover = (on) => {
      this.hovered = on ? focus : null;
      this.onFocus();
    };
    const toggle = () => this.pin(sameFocus(this.pinned, focus) && this.pinned ? null : focus);
    element.addEventListener("pointerenter", () => hover(true));
    element.addEventListener("pointerleave", () => hover(false));
    element.addEventListener("focus", () => element.matches(":focus-visible") && hover(true));
    element.addEventListener("blur", () => hover(false));
    element.addEventListener("click", toggle);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle();
    });
  }

  pin(focus) {
    this.pinned = focus;
    if (focus === null) this.hovered = null;
    this.onFocus();
  }

  /** Weights of nodes and edges of a scene; `fully` also writes the labels. */
  show(scene, fully = true) {
    this.scene = scene;
    const { network } = scene.shape;
    if (!this.plan || !network) return;
    const { background, text: ink } = this.theme;
    for (const { layer, node, circle, number, label, group } of this.nodes) {
      const own = network.nodes[layer]?.[node];
      const weight = own ?? 0;
      group.style.display = own === undefined ? "none" : ""; // there are fewer at times, before or after an edit
      const radius = nodeRadius(weight, this.plan.nodes[layer].length, this.plan.largest);
      attribute(circle, "r", radius.toFixed(1));
      number.style.display = radius < (this.plan.largest < 10 ? 5 : 7) ? "none" : "";
      if (!fully) continue;
      write(label, percent(weight));
      const place = this.plan.nodes.length > 1 ? `Layer ${layer + 1}, component` : "Component";
      attribute(group, "aria-label", `${place} ${node + 1}, weight ${percent(weight)}`);
    }
    for (const edge of this.edges) {
      const there = [edge.node, edge.from].every((node, back) => node === undefined || node < network.nodes[edge.layer - back]?.length);
      edge.line.style.display = edge.reach.style.display = there ? "" : "none";
      const share = edgeShare(edge, network);
      const look = edgeLook(share);
      attribute(edge.line, "stroke-width", look.width.toFixed(1));
      attribute(edge.line, "stroke", mix(background, ink, inked(look.ink, this.theme)));
      if (fully && edge.from !== undefined) {
        const name = `From layer ${edge.layer + 1}, component ${edge.node + 1}, to layer ${edge.layer}, component`;
        attribute(edge.reach, "aria-label", `${name} ${edge.from + 1}: ${percent(share)}`);
      }
    }
    this.mark(scene);
    this.light(scene.explained || []);
  }

  /** What the focused paths do not touch steps back. */
  mark({ focus, paths }) {
    const key = JSON.stringify([focus, this.pinned]);
    if (key === this.before) return;
    this.before = key;
    const on = focus && used(passing(paths, focus).map((p) => paths[p]));
    for (const { group, focus: own } of this.nodes) {
      group.classList.toggle("em-pinned", Boolean(this.pinned) && sameFocus(this.pinned, own));
      group.classList.toggle("em-apart", Boolean(on) && !on.has(nameOf(own)));
      attribute(group, "aria-pressed", Boolean(this.pinned) && sameFocus(this.pinned, own));
    }
    for (const { line, focus: own } of this.edges) {
      line.classList.toggle("em-apart", Boolean(on) && !on.has(nameOf(own)));
      line.classList.toggle("em-chosen", Boolean(focus) && own.from !== undefined && sameFocus(focus, own));
    }
  }

  /** The paths that explain the picked point, with their probabilities at their ends. */
  light(explained) {
    this.drawing.classList.toggle("em-lighted", explained.length > 0);
    if (!explained.length && !this.lit.firstChild) return;
    const ends = new Map();
    const lines = [];
    const words = [];
    for (const { path, probability } of explained) {
      const colour = this.colours.of(path[0]);
      const look = {
        stroke: colour,
        "stroke-width": (1 + 5 * probability).toFixed(1),
        opacity: 0.35 + 0.65 * probability,
      };
      lines.push(svg("path", { d: route(path, this.plan), ...look }));
      const end = this.plan.nodes.at(-1)[path.at(-1)];
      const above = ends.get(end) || 0;
      ends.set(end, above + 1);
      words.push(
        text(percent(probability), {
          x: end.x + this.plan.largest + 6,
          y: end.y + 4 + 13 * above,
          style: `fill:${colour}`,
        }),
      );
    }
    this.lit.replaceChildren(...lines.reverse(), ...words);
  }

  destroy() {
    this.observer.disconnect();
  }
}

function text(content, attributes, tag = "text") {
  const node = svg(tag, attributes);
  node.textContent = content;
  return node;
}
