// The network: a column of nodes per layer, data at the left, the deepest layer at the right.
import { attribute, html, svg, write } from "./dom.js";
import { mix, percent } from "./maths.js";
import { pigments, readable } from "./theme.js";

export class Network {
  constructor(panel, onFocus) {
    Object.assign(this, { panel, onFocus, hovered: null, pinned: null });
    this.drawing = svg("svg", { class: "em-network", role: "group", "aria-label": "Network: one node per component" });
    this.frame = html("div", { class: "em-network-frame" }, this.drawing);
    panel.append(this.frame);
    this.observer = new ResizeObserver(() => this.fixed && this.build());
    this.observer.observe(this.frame);
    this.escape = (event) => { if (event.key === "Escape" && this.pinned !== null) this.pin(null); };
    document.addEventListener("keydown", this.escape);
  }

  dress(fixed, theme) {
    const same = JSON.stringify(fixed.network) === JSON.stringify(this.fixed?.network) && fixed.components === this.fixed?.components;
    Object.assign(this, { fixed, theme, colours: pigments(fixed, theme) });
    if (!same) Object.assign(this, { hovered: null, pinned: null });
    this.build();
  }

  /** The component whose Gaussians alone are shown, or null. */
  get focus() { return this.hovered ?? this.pinned; }

  build() {
    const width = this.frame.clientWidth, height = this.frame.clientHeight, { layers } = this.fixed.network;
    if (!width || !height) return;
    const columns = layers.length, left = 34, right = 58, gap = (width - left - right) / columns;
    this.largest = Math.min(22, gap / 3, ...layers.map((n) => .46 * height / n));
    const place = (n, k) => height * (k + .5) / n;
    attribute(this.drawing, "viewBox", `0 0 ${width} ${height}`);
    this.data = { x: left - 10, y: height / 2 };
    this.columns = layers.map((n, l) => Array.from({ length: n }, (_, k) => ({ l, k, x: left + (l + 1) * gap, y: place(n, k) })));
    const edges = [], nodes = [];
    this.columns.forEach((column, l) => column.forEach((node) => {
      node.edges = (l ? this.columns[l - 1] : [this.data]).map((from) => svg("path", { class: "em-edge", d: curve(from, node) }));
      edges.push(...node.edges);
      nodes.push(this.node(node, height / layers[l]));
    }));
    const start = svg("g", { class: "em-data" }, svg("rect", { x: this.data.x - 15, y: this.data.y - 11, width: 30, height: 22, rx: 5 }), svg("text", { x: this.data.x, y: this.data.y + 3.5 }));
    start.lastChild.textContent = "data";
    this.drawing.replaceChildren(...edges, start, ...nodes);
    if (this.net) this.show(this.net);
  }

  node(node, room) {
    const first = node.l === 0, name = first ? "Component" : `Layer ${node.l + 1}, node`;
    node.circle = svg("circle", { cx: node.x, cy: node.y, r: 4, fill: first ? this.colours.of(node.k) : this.theme.muted });
    node.number = svg("text", { class: "em-number", x: node.x, y: node.y + 4, style: `fill:${readable(first ? this.colours.of(node.k) : this.theme.muted)}` });
    node.label = svg("text", { class: "em-weight", x: node.x + this.largest + 6, y: node.y + 4 });
    node.number.textContent = node.k + 1;
    if (room < 13) node.label.style.display = "none";
    node.name = (weight) => `${name} ${node.k + 1}, weight ${percent(weight)}`;
    const group = svg("g", { class: "em-node", tabindex: 0, role: "button", "data-layer": node.l, "data-node": node.k }, svg("title"), svg("circle", { class: "em-halo", cx: node.x, cy: node.y, r: this.largest + 3 }), node.circle, node.number, node.label);
    group.firstChild.textContent = first ? "Shows this component alone; click to keep it." : "Weight of this node.";
    node.group = group;
    if (!first) return group;
    group.addEventListener("pointerenter", () => this.hover(node.k));
    group.addEventListener("pointerleave", () => this.hover(null));
    group.addEventListener("focus", () => group.matches(":focus-visible") && this.hover(node.k));
    group.addEventListener("blur", () => this.hover(null));
    group.addEventListener("click", () => this.pin(this.pinned === node.k ? null : node.k));
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.pin(this.pinned === node.k ? null : node.k);
    });
    return group;
  }

  hover(k) { this.hovered = k; this.changed(); }

  pin(k) {
    this.pinned = k;
    if (k === null) this.hovered = null;
    this.changed();
  }

  changed() {
    this.mark();
    this.onFocus(this.focus);
  }

  mark() {
    for (const node of this.columns?.[0] || []) {
      node.group.classList.toggle("em-pinned", this.pinned === node.k);
      node.group.classList.toggle("em-apart", this.focus !== null && this.focus !== node.k);
      attribute(node.group, "aria-pressed", this.pinned === node.k);
    }
  }

  /** Weights of nodes and edges of one row; `fully` also writes the labels. */
  show(net, fully = true) {
    this.net = net;
    if (!this.columns || !net) return;
    this.columns.forEach((column, l) => column.forEach((node) => {
      const weight = net.nodes[l]?.[node.k] ?? 0, radius = Math.max(2, this.largest * Math.sqrt(Math.min(1, weight * column.length / 2)));
      attribute(node.circle, "r", radius.toFixed(1));
      node.number.style.display = radius < 7 ? "none" : "";
      node.edges.forEach((edge, from) => {
        const share = l ? net.edges?.[l - 1]?.[from]?.[node.k] ?? weight : weight;
        attribute(edge, "stroke-width", (.5 + 7 * share).toFixed(1));
        attribute(edge, "stroke", mix(this.theme.background, this.theme.text, .12 + .2 * Math.min(1, share)));
      });
      if (!fully) return;
      write(node.label, percent(weight));
      attribute(node.group, "aria-label", node.name(weight));
    }));
    this.mark();
  }

  destroy() {
    this.observer.disconnect();
    document.removeEventListener("keydown", this.escape);
  }
}

function curve(from, to) {
  const bend = (to.x - from.x) * .5;
  return `M${from.x},${from.y}C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`;
}
