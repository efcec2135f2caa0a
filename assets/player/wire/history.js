// The rows of one run that the player has, and the picture's scene at a position.
import { change, drawn, halfOf, iterationOf } from "../time/pacing.js";
import { emphasis, explaining, passing, pathsOf } from "./paths.js";

/** @import { ClosedRow, Detail, End, Fixed, Focus, Row } from "./types.d.ts" */

/** The part of a run id that another view of the run has, too. Ids are made in pages/work/run_ids.py. */
export const idOf = (run) => run.split(" ")[0];

/** @typedef {ReturnType<History["scene"]>} Scene */

export class History {
  constructor(run) {
    /** @type {string} */
    this.run = run;
    /** @type {Fixed} */
    this.fixed = null; // static part
    /** @type {Row[]} */
    this.rows = []; // row t at index t, without gaps, some of them sketches
    this.sketches = 0;
    /** @type {End} */
    this.end = null;
    /** @type {number} */
    this.stop = null; // first iteration at which the stopping rule holds
    /** @type {Detail} */
    this.detail = null; // what Python last said about one half-step
    /** @type {Detail} */
    this.told = null; // what Python last said about one of this run, not of its parent
  }

  get id() {
    return idOf(this.run);
  }

  /** Index of the newest row, -1 when there is none. */
  get newest() {
    return this.rows.length - 1;
  }

  /** Index of the first row at or after an iteration that cannot be shown yet. */
  missing(iteration) {
    let t = Math.min(iteration, this.rows.length);
    while (drawn(this.rows[t])) t++;
    return t;
  }

  /** Whether the picture of a position can be shown. */
  shows(at) {
    const t = iterationOf(at);
    return drawn(this.rows[t]) && (halfOf(at) === "M" || drawn(this.rows[t - 1]));
  }

  /** Take where the run ends, or null; gives whether that is news. */
  close(end = null) {
    const before = this.end;
    this.end = end;
    return JSON.stringify(before) !== JSON.stringify(end);
  }

  /** Rows 0..upto of a parent run, when it has them, and what is known of one of them. */
  inherit(parent, upto) {
    for (const row of parent.rows.slice(0, upto + 1)) this.keep(row);
    if (parent.detail?.iteration <= upto) this.detail = parent.detail;
  }

  /**
   * Take rows that follow on or replace a sketch; others are left alone. Gives the number taken.
   * @param {ClosedRow[]} rows
   */
  take(rows) {
    const news = (rows || []).filter(({ iteration, sketch, open }) => {
      const wanted = iteration === this.rows.length || (this.rows[iteration]?.sketch && !sketch);
      if (wanted) this.keep(open());
      return wanted;
    });
    return news.length;
  }

  /** @param {Row} row */
  keep(row) {
    const { rows } = this;
    const { iteration: t } = row;
    this.sketches += Number(row.sketch) - Number(Boolean(rows[t]?.sketch));
    rows[t] = { ...row, change: change(rows[t - 1], row, rows[0]) };
    const next = rows[t + 1];
    if (next) next.change = change(row, next, rows[0]);
    if (row.stops) this.stop = Math.min(t, this.stop ?? t);
  }

  /** Last iteration that the slider reaches. */
  get last() {
    return this.end ? Math.max(this.end.iteration, 0) : Math.max(this.newest, this.fixed?.maxIter || 0);
  }

  /** Keep what Python says about a half-step of this run; gives whether it is news. */
  learn(detail) {
    if (detail?.run !== this.run || detail === this.told) return false;
    this.told = this.detail = detail;
    return true;
  }

  /** What Python said about this half-step, or null. */
  detailAt(at) {
    const { detail } = this;
    return detail?.iteration === iterationOf(at) && detail.half === halfOf(at) ? detail : null;
  }

  /**
   * What the picture shows at a position: at an E-step the Gaussians are still those of the iteration before, while
   * the labels are new. `focus` keeps the Gaussians whose paths pass through a node or an edge of the network; `picked`
   * is the point whose paths are wanted.
   * @param {number} at
   * @param {{ focus?: Focus, picked?: number }} looked
   */
  scene(at, { focus = null, picked = null } = {}) {
    const iteration = iterationOf(at);
    const half = halfOf(at);
    const row = this.rows[iteration];
    const shape = half === "E" ? this.rows[iteration - 1] : row;
    const paths = shape.network?.paths ?? pathsOf(this.fixed?.network || {}, shape.gaussians);
    const kept = passing(paths, focus);
    const detail = this.detailAt(at);
    return {
      iteration,
      half,
      focus,
      picked,
      row,
      shape,
      paths,
      kept,
      detail,
      explained: explaining(detail, picked, paths),
      labels: row.labels,
      confidence: row.confidence,
      emphasis: emphasis(focus, detail, row, paths),
      points: row.points || this.fixed?.points,
      gaussians: kept.map((p) => shape.gaussians[p]),
      count: shape.gaussians.length,
    };
  }
}
