// The numbers below the picture, of the shown iteration: Parameters, Metrics, Events, Export, and Pictures of images.
import { html, write } from "../drawing/dom.js";
import { pigments } from "../drawing/theme.js";
import { reading, significant } from "../maths/text.js";
import { Confusion } from "./confusion.js";
import { told } from "./events.js";
import { exportChoices } from "./exports.js";
import { Images } from "./images.js";
import { Tabs } from "./tabs.js";

const TABS = { parameters: "Parameters", metrics: "Metrics", events: "Events", export: "Export", pictures: "Pictures" };
const [METRICS, EXPORT, PICTURES] = [1, 3, 4];

export class Numbers {
  constructor(panel, act) {
    this.act = act;
    /** @type {import("../wire/types.d.ts").Fixed} */
    this.fixed = null;
    /** @type {import("../drawing/theme.js").Pigments} */
    this.colours = null;
    /** @type {import("../wire/history.js").Scene} */
    this.scene = null;
    /** @type {import("../wire/history.js").History} */
    this.history = null;
    this.tabs = new Tabs(panel, "Numbers", TABS, () => {
      if (this.scene) this.show(this.scene, this.history);
      act.turned();
    });
    this.panels = this.tabs.panels;
    this.images = new Images(this.panels[PICTURES]);
    this.metrics = html("div", { class: "em-measured" });
    this.confusion = new Confusion();
    this.panels[METRICS].append(html("div", { class: "em-metrics-panel" }, this.metrics, this.confusion.root));
    this.tabs.hide(PICTURES, true);
  }

  /**
   * @param {import("../wire/types.d.ts").Fixed} fixed
   * @param {import("../drawing/theme.js").Theme} theme
   */
  dress(fixed, theme) {
    Object.assign(this, { fixed, colours: pigments(fixed, theme), listed: null, scene: null });
    this.images.dress(fixed, theme);
    this.confusion.dress(this.colours, fixed.classes);
    this.buildParameters();
    this.buildMetrics();
    this.buildExport();
  }

  buildParameters() {
    const { columns, note } = this.fixed.table,
      { components } = this.fixed;
    this.cells = Array.from({ length: components }, () => columns.map(() => html("td")));
    const row = (k) =>
      html(
        "tr",
        {},
        html(
          "th",
          { scope: "row" },
          html("span", { class: "em-chip", style: `background:${this.colours.of(k)}` }),
          String(k + 1),
        ),
        ...this.cells[k],
      );
    const head = html(
      "tr",
      {},
      html("th", { scope: "col" }, "component"),
      ...columns.map((name) => html("th", { scope: "col" }, name.replaceAll(" (", "\u00a0("))), // a unit stays with its word
    );
    this.panels[0].replaceChildren(
      html(
        "div",
        { class: "em-scroll", tabindex: 0, role: "region", "aria-label": "Parameters" },
        html(
          "table",
          { class: "em-table" },
          html("thead", {}, head),
          html("tbody", {}, ...this.cells.map((_, k) => row(k))),
        ),
      ),
      ...(note ? [html("p", { class: "em-table-note" }, note)] : []),
    );
  }

  /** What can be taken away. */
  buildExport() {
    const choices = exportChoices(this.fixed.exports, (kind) => this.act.export(kind));
    this.panels[EXPORT].replaceChildren(html("div", { class: "em-exports" }, ...choices));
  }

  /**
   * Numbers of one scene; only the open tab is touched.
   * @param {import("../wire/history.js").Scene} scene
   * @param {import("../wire/history.js").History} history
   */
  show(scene, history) {
    Object.assign(this, { scene, history });
    const images = Boolean(history.detail?.images);
    this.tabs.hide(PICTURES, !images);
    [
      () => this.showParameters(scene.shape),
      () => this.showMetrics(scene.shape),
      () => this.showEvents(history.rows),
      () => {},
      () => this.images.show(history.detail, scene, (i) => this.fixed.points.id?.[i] ?? i + 1),
    ][this.tabs.index]();
  }

  /** @param {import("../wire/types.d.ts").Row} row */
  showParameters({ table }) {
    this.cells.forEach((cells, k) => {
      cells[0].parentElement.hidden = Boolean(table) && !table[k]; // there are fewer at times, before or after an edit
      cells.forEach((cell, c) => write(cell, significant(table?.[k]?.[c])));
    });
  }

  buildMetrics() {
    const { metrics } = this.fixed;
    this.values = metrics.map(() => html("td", { class: "em-value" }));
    const row = ({ name, help, better }, i) =>
      html(
        "tr",
        {},
        html("th", { scope: "row", title: better ? `${better} is better` : "" }, name),
        this.values[i],
        html("td", { class: "em-help" }, help),
      );
    const table = html("table", { class: "em-table em-metrics" }, html("tbody", {}, ...metrics.map(row)));
    this.metrics.replaceChildren(html("div", { class: "em-scroll" }, table));
  }

  /** @param {import("../wire/types.d.ts").Row} row */
  showMetrics({ metrics, confusion }) {
    this.confusion.show(confusion);
    metrics?.forEach((value, i) => write(this.values[i], reading(value)));
  }

  showEvents(rows) {
    const key = `${rows.length}`;
    if (key === this.listed) return;
    this.listed = key;
    const events = told(rows);
    const item = ({ first, sentence }) => {
      const jump = { type: "button", class: "em-link", onclick: () => this.act.jump(first) };
      return html("li", {}, html("button", jump, sentence));
    };
    this.panels[2].replaceChildren(
      events.length
        ? html("ul", { class: "em-events" }, ...events.map(item))
        : html("p", { class: "em-quiet" }, "Nothing unusual so far."),
    );
  }
}
