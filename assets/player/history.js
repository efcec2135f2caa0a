// The rows of one run that the player has, and the picture's scene at a position.
import { decodeGrids } from "./grids.js";
import { bytes, float32, int32 } from "./maths.js";
import { change, halfOf, iterationOf } from "./pacing.js";
import { decodeDetail, emphasis, explaining, passing, pathsOf } from "./paths.js";

const decodePoints = ({ x, y }) => ({ x: float32(x), y: y ? float32(y) : null });

/** Decoded static part of a run: points as typed arrays. */
export function decodeStatic(fixed) {
  const { id } = fixed.points;
  return { ...fixed, points: { ...decodePoints(fixed.points), id: id ? int32(id) : null } };
}

function decodeRow({ l, c, p, grids, ...rest }) {
  return {
    ...rest,
    labels: l ? bytes(l) : null,
    confidence: c ? bytes(c) : null,
    points: p ? decodePoints(p) : null,
    grids: grids ? decodeGrids(grids) : null,
  };
}

export class History {
  constructor(run) {
    this.run = run;
    this.fixed = null; // static part
    this.rows = []; // row t at index t, without gaps
    this.end = null;
    this.stop = null; // first iteration at which the stopping rule holds
    this.detail = null; // what Python last said about one half-step
  }

  /** Index of the newest row, -1 when there is none. */
  get newest() {
    return this.rows.length - 1;
  }

  /** Index of the first row that is missing. */
  get missing() {
    return this.rows.length;
  }

  /** Take where the run ends, or null; gives whether that is news. */
  close(end = null) {
    const before = this.end;
    this.end = end;
    return JSON.stringify(before) !== JSON.stringify(end);
  }

  /** Rows 0..upto of a parent run, when it has them, and what is known of one of them. */
  inherit(parent, upto) {
    for (const row of parent.rows.slice(0, upto + 1)) this.push(row);
    if (parent.detail?.iteration <= upto) this.detail = parent.detail;
  }

  /** Take the rows that follow on; known rows and rows beyond a gap are left alone. Gives the number taken. */
  take(rows) {
    const before = this.rows.length;
    for (const row of rows || []) {
      if (row.i !== this.rows.length) continue;
      this.push(decodeRow(row));
    }
    return this.rows.length - before;
  }

  push(row) {
    const previous = this.rows.at(-1);
    this.rows.push({ ...row, change: change(previous, row, this.rows[0]) });
    if (row.stop && this.stop === null) this.stop = row.i;
  }

  /** Last iteration that the slider reaches. */
  get last() {
    return this.end ? Math.max(this.end.iteration, 0) : Math.max(this.newest, this.fixed?.max_iter || 0);
  }

  /** Keep what Python says about a half-step of this run; gives whether it is news. */
  learn(detail) {
    if (detail?.run !== this.run || detail === this.told) return false;
    this.told = detail;
    this.detail = decodeDetail(detail);
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
   */
  scene(at, { focus = null, picked = null } = {}) {
    const iteration = iterationOf(at);
    const half = halfOf(at);
    const row = this.rows[iteration];
    const shape = half === "E" ? this.rows[iteration - 1] : row;
    const paths = pathsOf(this.fixed?.network || {}, shape.g);
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
      gaussians: kept.map((p) => shape.g[p]),
      count: shape.g.length,
    };
  }
}
