// What the models are measured by: a row a measure, a column a model, the best of each row marked.
import { html } from "../drawing/dom.js";
import { minus, reading } from "../maths/text.js";

/** Order of the models by one measure, best or else smallest first; those without a value come last. Without a measure: as they are. */
export function ranked(models, measure) {
  const order = models.map((_, i) => i);
  if (!measure) return order;
  const sign = measure.better === "higher" ? -1 : 1; // of what is neither good nor bad, the smallest comes first
  const worth = (i) => measure.values[i] ?? sign * Infinity;
  return order.sort((a, b) => (worth(a) === worth(b) ? a - b : sign * (worth(a) - worth(b))));
}

/** A value with its standard error, both with as many decimals as the error needs. */
export function measured(value, error) {
  if (value == null) return "–";
  if (error == null || !(error > 0)) return reading(value);
  const digits = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(error))));
  return minus(`${value.toFixed(digits)} ± ${error.toFixed(digits)}`);
}

/**
 * @import { Export, Measure, Table } from "../wire/types.d.ts"
 * @typedef {{ table: Table, failed: boolean[], waiting: boolean, replay: boolean, download: Export }} Shown
 */

export class CompareTable {
  /** `act` has jump(), history and export(kind). */
  constructor(panel, act) {
    this.panel = panel;
    this.act = act;
    /** @type {string} */
    this.by = null; // the measure that gives the order
    this.key = [];
    /** @type {Shown} */
    this.shown = null;
  }

  /**
   * `failed` says of each model whether it has; `waiting` whether the table has been asked for; `download` is its file.
   * @param {Shown} shown
   */
  show({ table, failed, waiting, replay, download }) {
    const key = [table, failed.join(), waiting, replay, download, this.by];
    if (key.every((part, i) => part === this.key[i])) return;
    this.key = key;
    const focused = this.panel.contains(document.activeElement) && document.activeElement.getAttribute("data-measure");
    this.shown = { table, failed, waiting, replay, download };
    this.panel.replaceChildren(...(table ? this.full() : this.empty()));
    if (focused) this.panel.querySelector(`[data-measure="${CSS.escape(focused)}"]`)?.focus();
  }

  empty() {
    const { waiting, replay, failed } = this.shown;
    if (replay || failed.every(Boolean)) return [html("p", { class: "em-quiet" }, "There is no table.")];
    if (waiting) return [html("p", { class: "em-quiet" }, "The table is being worked out.")];
    const go = () => this.act.jump(this.act.history?.last ?? 0);
    return [
      html("p", { class: "em-quiet" }, "Play to the end to have the table."),
      html("button", { type: "button", class: "em-small", onclick: go }, "Go to the end"),
    ];
  }

  full() {
    const { table, download } = this.shown;
    const { done, total, evidence, models, measures } = table;
    const sorted = measures.find(({ name }) => name === this.by);
    const order = ranked(models, sorted);
    const column = (i) =>
      html(
        "th",
        { scope: "col", title: models[i].title },
        html("span", { class: "em-letter" }, models[i].letter),
        html("span", { class: "em-model" }, models[i].title),
      );
    const head = html(
      "tr",
      {},
      html("th", { scope: "col" }, "measure"),
      ...order.map(column),
      html("th", { scope: "col", class: "em-help" }, "what it says"),
    );
    const body = measures.map((measure) => this.row(measure, order));
    const attributes = { class: "em-scroll", tabindex: 0, role: "region", "aria-label": "Table of the models" };
    const grid = { class: "em-table em-compared em-measures", role: "table", style: `--models: ${models.length}` };
    const progress = done < total ? [" ", html("span", { class: "em-progress" }, `${done} of ${total} splits`)] : [];
    const take = ({ kind, label }) =>
      html("button", { type: "button", class: "em-small", onclick: () => this.act.export(kind) }, label);
    return [
      html("p", { class: "em-evidence" }, evidence || "", ...progress),
      html("div", attributes, html("table", grid, html("thead", {}, head), html("tbody", {}, ...body))),
      ...(download ? [take(download)] : []),
    ];
  }

  /**
   * @param {Measure} measure
   * @param {number[]} order
   */
  row(measure, order) {
    const { name, help, better, values, errors, best = [] } = measure;
    const cell = (i) => {
      if (this.shown.failed[i]) return html("td", { class: "em-failed" }, "failed");
      const star = () => html("span", { class: "em-star", role: "img", "aria-label": "best" }, "★");
      const first = best.includes(i);
      return html(
        "td",
        { class: first ? "em-best" : "" },
        ...(first ? [star()] : []),
        measured(values[i], errors?.[i]),
      );
    };
    const pressed = this.by === name;
    const direction = better === "higher" ? "descending" : "ascending";
    const title = `Put the models in the order of this measure, ${better ? "the best" : "the smallest"} first.`;
    const own = { type: "button", class: "em-measure", "data-measure": name, "aria-pressed": pressed, title };
    const label = html("button", { ...own, onclick: () => this.sort(name) }, name);
    return html(
      "tr",
      {},
      html("th", { scope: "row", "aria-sort": pressed && direction }, label),
      ...order.map(cell),
      html("td", { class: "em-help" }, help || ""),
    );
  }

  /** Order the models by a measure; by the same again, as they were. */
  sort(name) {
    this.by = this.by === name ? null : name;
    this.show(this.shown);
  }
}
