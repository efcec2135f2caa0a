// The numbers below the picture: Parameters, Metrics, Events and Export, of the shown iteration.
import { html, write } from "./dom.js";
import { significant } from "./maths.js";
import { pigments } from "./theme.js";

const TABS = ["Parameters", "Metrics", "Events", "Export"];
const MOST_EVENTS = 300;
let count = 0;

export class Numbers {
  constructor(panel, { onJump, onExport }) {
    Object.assign(this, { onJump, onExport });
    const id = `em-tabs-${++count}`;
    this.tabs = TABS.map((name, i) => html("button", { type: "button", role: "tab", id: `${id}-tab-${i}`, "aria-controls": `${id}-panel-${i}`, onclick: () => this.select(i) }, name));
    this.panels = TABS.map((_, i) => html("div", { role: "tabpanel", id: `${id}-panel-${i}`, "aria-labelledby": `${id}-tab-${i}`, class: "em-tabpanel" }));
    const strip = html("div", { class: "em-tabs", role: "tablist", "aria-label": "Numbers", onkeydown: (event) => this.key(event) }, ...this.tabs);
    panel.append(strip, ...this.panels);
    this.buildExport();
    this.select(0);
  }

  select(index, focus = false) {
    this.index = index;
    this.tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", i === index);
      tab.tabIndex = i === index ? 0 : -1;
      this.panels[i].hidden = i !== index;
    });
    if (focus) this.tabs[index].focus();
    if (this.row) this.show(this.row, this.rows);
  }

  key(event) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key], edge = { Home: 0, End: TABS.length - 1 }[event.key];
    if (move === undefined && edge === undefined) return;
    event.preventDefault();
    this.select(edge ?? (this.index + move + TABS.length) % TABS.length, true);
  }

  dress(fixed, theme) {
    Object.assign(this, { fixed, colours: pigments(fixed, theme), names: null, listed: null });
    this.buildParameters();
  }

  buildParameters() {
    const { columns } = this.fixed.table, { components } = this.fixed;
    this.cells = Array.from({ length: components }, () => columns.map(() => html("td")));
    const row = (k) => html("tr", {}, html("th", { scope: "row" }, html("span", { class: "em-chip", style: `background:${this.colours.of(k)}` }), String(k + 1)), ...this.cells[k]);
    const head = html("tr", {}, html("th", { scope: "col" }, "component"), ...columns.map((name) => html("th", { scope: "col" }, name)));
    this.panels[0].replaceChildren(html("div", { class: "em-scroll", tabindex: 0, role: "region", "aria-label": "Parameters" }, html("table", { class: "em-table" }, html("thead", {}, head), html("tbody", {}, ...this.cells.map((_, k) => row(k))))));
  }

  buildExport() {
    const choice = (name, label, text) => html("div", { class: "em-export" }, html("button", { type: "button", onclick: () => this.onExport(name) }, label), html("p", {}, text));
    this.panels[3].append(html("div", { class: "em-exports" },
      choice("parameters", "Parameters (JSON)", "The parameters of the shown iteration, ready to be loaded again."),
      choice("trace", "Trace (CSV)", "One line per iteration: log-likelihood, objective, temperature and every metric."),
      choice("picture", "Picture (PNG)", "The density picture as it stands, 1600 by 1200 pixels.")));
  }

  /** Numbers of one row; only the open tab is touched. */
  show(row, rows) {
    Object.assign(this, { row, rows });
    if (!this.fixed) return;
    [() => this.showParameters(row), () => this.showMetrics(row), () => this.showEvents(rows), () => {}][this.index]();
  }

  showParameters({ t }) {
    this.cells.forEach((cells, k) => cells.forEach((cell, c) => write(cell, significant(t?.[k]?.[c]))));
  }

  showMetrics({ m = [] }) {
    const names = JSON.stringify(m.map(([name, , hint]) => [name, hint]));
    if (names !== this.names) {
      this.names = names;
      this.values = m.map(() => html("td", { class: "em-value" }));
      const help = (name, hint) => [this.fixed.help?.[name], !this.fixed.help?.[name] && hint].filter(Boolean).join(" ");
      const row = ([name, , hint], i) => html("tr", {}, html("th", { scope: "row", title: hint || "" }, name), this.values[i], html("td", { class: "em-help" }, help(name, hint)));
      this.panels[1].replaceChildren(m.length ? html("div", { class: "em-scroll" }, html("table", { class: "em-table em-metrics" }, html("tbody", {}, ...m.map(row)))) : html("p", { class: "em-quiet" }, "There are no metrics for this run."));
    }
    m.forEach(([, value], i) => write(this.values[i], significant(value)));
  }

  showEvents(rows) {
    const key = `${rows.length}`;
    if (key === this.listed) return;
    this.listed = key;
    const events = rows.flatMap((row) => (row.e || []).map((text) => [row.i, text])), shown = events.slice(-MOST_EVENTS);
    const item = ([i, text]) => html("li", {}, html("button", { type: "button", class: "em-link", onclick: () => this.onJump(i) }, `Iteration ${i}: ${text}`));
    const more = events.length > shown.length ? [html("p", { class: "em-quiet" }, `The last ${shown.length} of ${events.length} events.`)] : [];
    this.panels[2].replaceChildren(...more, events.length ? html("ul", { class: "em-events" }, ...shown.map(item)) : html("p", { class: "em-quiet" }, "Nothing unusual so far."));
  }
}
