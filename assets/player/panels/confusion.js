// Known classes against components: how many rows of each class lie in each component.
import { html, write } from "../drawing/dom.js";

const ABOUT =
  "Rows of each known class in each component. On the diagonal, the best match of components to classes: " +
  "its share of all rows is the accuracy.";

/**
 * Lines of the table, the best match on the diagonal: { component, cells: [{ count, matched }] }.
 * @param {import("../wire/types.d.ts").Confusion} table
 */
export const linesOf = ({ counts, components, classes }) =>
  components.map((component, i) => ({
    component,
    cells: classes.map((known, j) => ({ count: counts[component][known], matched: i === j })),
  }));

export class Confusion {
  constructor() {
    this.root = html("div", { class: "em-confusion", hidden: true });
    /** @type {import("../drawing/theme.js").Pigments} */
    this.colours = null;
    /** @type {string[]} */
    this.classes = null;
    /** @type {string} */
    this.order = null; // of lines and columns
  }

  /** `colours` are those of the components, `classes` the names of the classes. */
  dress(colours, classes) {
    Object.assign(this, { colours, classes, order: null });
  }

  /** Show the table of a row, or nothing where no classes are known. */
  show(table) {
    this.root.hidden = !table;
    if (!table) return;
    const order = `${table.components} ${table.classes}`;
    if (order !== this.order) this.build(table);
    this.order = order;
    linesOf(table).forEach(({ cells }, i) => cells.forEach(({ count }, j) => this.fill(this.cells[i][j], count)));
  }

  fill(cell, count) {
    write(cell, count.toLocaleString("en-GB"));
    cell.classList.toggle("em-none", count === 0);
  }

  build(table) {
    const lines = linesOf(table);
    const cell = ({ matched }) => html("td", { class: matched ? "em-matched" : "" });
    this.cells = lines.map(({ cells }) => cells.map(cell));
    const chip = (k) => html("span", { class: "em-chip", style: `background:${this.colours.of(k)}` });
    const name = (k) => html("th", { scope: "row" }, chip(k), String(k + 1));
    const column = (k) => html("th", { scope: "col", title: this.classes[k] }, this.classes[k] ?? String(k + 1));
    const head = html("tr", {}, html("th", { scope: "col" }, "component ↓ class →"), ...table.classes.map(column));
    const body = lines.map(({ component }, i) => html("tr", {}, name(component), ...this.cells[i]));
    const region = { class: "em-scroll", tabindex: 0, role: "region", "aria-label": "Components and known classes" };
    this.root.replaceChildren(
      html(
        "div",
        region,
        html("table", { class: "em-table" }, html("thead", {}, head), html("tbody", {}, ...body)),
      ),
      html("p", { class: "em-table-note" }, ABOUT),
    );
  }
}
