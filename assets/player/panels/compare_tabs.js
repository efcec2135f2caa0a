// Below the pictures of a comparison: the table, the settings that differ, and what can be taken away.
import { html } from "../drawing/dom.js";
import { CompareTable } from "./compare_table.js";
import { exportChoices } from "./exports.js";
import { Tabs } from "./tabs.js";

const TABS = { table: "Table", differing: "Settings that differ", export: "Export" };
const TABLE = "table"; // the file whose button stands below the table itself

/**
 * @import { Export, Setting, Table } from "../wire/types.d.ts"
 * @typedef {{ table: Table, waiting: boolean, replay: boolean }} Known
 * @typedef {{ lanes: import("../wire/lanes.js").Lanes["all"], settings: Setting[], files: Export[] }} Told
 */

export class CompareTabs {
  constructor(panel, act) {
    this.act = act;
    this.tabs = new Tabs(panel, "About these models", TABS, () => act.turned());
    const [table, settings, files] = this.tabs.panels;
    this.table = new CompareTable(table, act);
    this.settings = settings;
    this.files = files;
    /** @type {Setting[]} */
    this.told = null;
    this.offered = "";
    /** @type {number} */
    this.model = undefined; // whose files are offered
  }

  /**
   * `lanes` are the models, `settings` the ones that differ, `files` those of all models; see CompareTable for the rest.
   * @param {Told & Known} shown
   */
  show({ lanes, settings, files, ...more }) {
    const download = files.find(({ kind }) => kind === TABLE);
    this.table.show({ ...more, download, failed: lanes.map((lane) => Boolean(lane.error)) });
    this.showSettings(lanes, settings);
    this.showFiles(
      lanes,
      files.filter(({ kind }) => kind !== TABLE),
    );
  }

  /**
   * @param {Told["lanes"]} lanes
   * @param {Setting[]} settings
   */
  showSettings(lanes, settings) {
    if (settings === this.told) return;
    this.told = settings;
    if (!settings.length) {
      this.settings.replaceChildren(html("p", { class: "em-quiet" }, "All settings are the same."));
      return;
    }
    const column = ({ letter }) => html("th", { scope: "col" }, html("span", { class: "em-letter" }, letter));
    const line = ([name, values]) =>
      html(
        "tr",
        {},
        html("th", { scope: "row" }, name),
        ...values.map((value) => html("td", {}, String(value ?? "–"))),
      );
    const head = html("tr", {}, html("th", { scope: "col" }, "setting"), ...lanes.map(column));
    const table = { class: "em-table em-compared" };
    const rows = html("table", table, html("thead", {}, head), html("tbody", {}, ...settings.map(line)));
    const region = { class: "em-scroll", tabindex: 0, role: "region", "aria-label": "Settings that differ" };
    this.settings.replaceChildren(html("div", region, rows));
  }

  /**
   * @param {Told["lanes"]} lanes
   * @param {Export[]} files
   */
  showFiles(lanes, files) {
    const usable = lanes.flatMap((lane, i) => (lane.living && lane.history.fixed ? [{ lane, i }] : []));
    const offered = JSON.stringify([usable.map(({ lane, i }) => [i, lane.title, lane.history.run]), files]);
    if (offered === this.offered) return;
    this.offered = offered;
    if (!usable.length) {
      this.files.replaceChildren(html("p", { class: "em-quiet" }, "There is nothing to take away yet."));
      return;
    }
    if (!usable.some(({ i }) => i === this.model)) this.model = usable[0].i;
    const option = ({ lane, i }) =>
      html("option", { value: i, selected: i === this.model }, `${lane.letter} · ${lane.title}`);
    const choose = (event) => {
      this.model = Number(event.target.value);
      fill();
    };
    const select = html("select", { "aria-label": "Model", class: "em-wide", onchange: choose }, ...usable.map(option));
    const choices = html("div", { class: "em-exports" });
    const fill = () => choices.replaceChildren(...this.choices(lanes[this.model], files));
    fill();
    const which = html("label", { class: "em-which" }, "Model ", select);
    this.files.replaceChildren(...(usable.length > 1 ? [which] : []), choices);
  }

  choices(lane, files) {
    const { act, model } = this;
    const own = exportChoices(lane.history.fixed.exports, (kind) => act.export(kind, model));
    return [...own, ...exportChoices(files, (kind) => act.export(kind))];
  }
}
