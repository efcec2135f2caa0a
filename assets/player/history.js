// The rows of one run that the player has, and the picture's scene at a position.
import { bytes, float32, int32 } from "./maths.js";
import { change, halfOf, iterationOf } from "./pacing.js";

/** Decoded static part of a run: points as typed arrays. */
export function decodeStatic(fixed) {
  const { x, y, id } = fixed.points;
  return { ...fixed, points: { x: float32(x), y: y ? float32(y) : null, id: id ? int32(id) : null } };
}

export class History {
  constructor(run) {
    this.run = run;
    this.fixed = null;      // static part
    this.rows = [];         // row t at index t, without gaps
    this.end = null;
    this.stop = null;       // first iteration at which the stopping rule holds
  }

  /** Index of the newest row, -1 when there is none. */
  get newest() { return this.rows.length - 1; }

  /** Rows 0..upto of a parent run, when it has them. */
  inherit(parent, upto) {
    for (const row of parent.rows.slice(0, upto + 1)) this.push(row);
  }

  /** Take the rows that follow on; known rows and rows beyond a gap are left alone. Gives the number taken. */
  take(rows) {
    const before = this.rows.length;
    for (const row of rows || []) {
      if (row.i !== this.rows.length) continue;
      const { l, c, ...rest } = row;
      this.push({ ...rest, labels: l ? bytes(l) : null, confidence: c ? bytes(c) : null });
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

  /**
   * What the picture shows at a position: at an E-step the Gaussians are still those of the iteration before,
   * while the labels are new. `focus` keeps the Gaussians of one component.
   */
  scene(at, focus = null) {
    const iteration = iterationOf(at), half = halfOf(at), row = this.rows[iteration], shape = half === "E" ? this.rows[iteration - 1] : row;
    const owner = (g) => g[g.length - 1];
    return {
      iteration, half, focus, row, shape, labels: row.labels, confidence: row.confidence,
      gaussians: focus === null ? shape.g : shape.g.filter((g) => owner(g) === focus), count: shape.g.length,
    };
  }
}
