// Where one density lies above another and where below, in bands of two colours that stand for no cluster.
import { ramp } from "../maths/colour.js";
import { contourLoops, rim } from "../maths/contours.js";
import { visibleGrid } from "../maths/field.js";
import { LOWEST } from "../maths/levels.js";
import { signedDensity, signedLine } from "../maths/signed.js";
import { Painter } from "./paint.js";
import { bitmap } from "./sprites.js";
import { inked } from "./theme.js";

const HIGHEST = 3; // powers of two of the unit; a larger difference looks no different
const RADIUS = 4.5; // pixels, of a point whose cluster differs
const FAINT = 1.5;

// Purple and brown, which every kind of colour vision tells apart (after Brewer's PuOr).
const MORE = {
  light: { first: ["#e9e3f3", "#b9a6d8", "#7f5fb5", "#4b2a86"], second: ["#f6e8d4", "#dfb880", "#b37a2c", "#7a4a0c"] },
  dark: { first: ["#221c33", "#4b3a78", "#8468bd", "#c5b3ee"], second: ["#2c2114", "#664719", "#ab7b30", "#ecc88d"] },
};

/** Colours of the bands on both sides of zero, faint to strong, and of their names in the legend. */
export function diverging(theme) {
  const steps = HIGHEST - LOWEST;
  const bands = (colours) => Array.from({ length: steps + 1 }, (_, k) => ramp(colours, k / steps));
  const { first, second } = MORE[theme.name];
  return { first: bands(first), second: bands(second), names: [first[2], second[2]] };
}

export class DifferencePainter extends Painter {
  /** @param {import("./theme.js").Theme} theme */
  dress(theme) {
    this.theme = theme;
    this.colours = diverging(theme);
    this.known = new Map(); // sprites
  }

  /** Bands of the difference, each twice the one before. */
  bands(style, { a, b }, view) {
    const grid = visibleGrid(view, 1, a, b);
    const d = signedDensity(a, b, grid, style.unit);
    this.side(d, grid, style, view, this.colours.first);
    const negative = d.map((v) => -v);
    this.side(negative, grid, style, view, this.colours.second);
  }

  side(d, grid, style, view, colours) {
    rim(d, grid, 0);
    for (let level = LOWEST; level <= HIGHEST; level++) {
      const loops = contourLoops(d, grid.nx, grid.ny, 2 ** level);
      if (!loops.length) break;
      this.region(loops, grid, style, view, colours[level - LOWEST]);
    }
  }

  /** Points in one cluster are faint; one in two clusters has both their colours. */
  points(style, { a, b, points, differ }, to, scale) {
    const { layer } = this;
    const size = scale * (this.theme.scale ?? 1);
    const side = 2 * Math.ceil((RADIUS + 2) * size);
    layer.clear(this.canvas.width, this.canvas.height);
    const stamp = (sprite, i) => {
      const y = to.y(points.y ? points.y[i] : 0);
      layer.stamp(sprite, side, to.x(points.x[i]) * scale, y * scale);
    };
    const faint = this.sprite(`${size}`, () => bitmap(side, size, inked(0.5, this.theme), (pen) => dot(pen, style.colours.neutral)));
    const apart = new Set(differ);
    for (let i = 0; i < points.x.length; i++) if (!apart.has(i)) stamp(faint, i);
    for (const i of differ || []) {
      const pair = [a.labels[i], b.labels[i]];
      const halves = (pen) => halved(pen, pair.map(style.colours.of), this.theme);
      const sprite = this.sprite([size, ...pair].join(), () => bitmap(side, size, 1, halves));
      stamp(sprite, i);
    }
    this.drop();
  }

  sprite(key, make) {
    if (!this.known.has(key)) this.known.set(key, make());
    return this.known.get(key);
  }

  ellipses() {}

  bars() {}

  /** The curve of the difference, filled down or up to zero. */
  lines(style, { a, b }, view, to) {
    const { pen } = this;
    const { x, y } = signedLine(a, b, view);
    const fill = (values, colour) => {
      pen.beginPath();
      pen.moveTo(to.x(x[0]), to.y(0));
      for (let i = 0; i < x.length; i++) pen.lineTo(to.x(x[i]), to.y(values[i]));
      pen.lineTo(to.x(x.at(-1)), to.y(0));
      pen.fillStyle = colour;
      pen.fill();
    };
    const [above, below] = [y.map((v) => Math.max(v, 0)), y.map((v) => Math.min(v, 0))];
    fill(above, this.colours.names[0]);
    fill(below, this.colours.names[1]);
    pen.fillStyle = this.theme.muted;
    pen.fillRect(view.left, to.y(0) - 0.5, view.w, 1);
  }
}

function dot(pen, colour) {
  pen.beginPath();
  pen.arc(0, 0, FAINT, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string[]} colours
 * @param {import("./theme.js").Theme} theme
 */
function halved(pen, [left, right], theme) {
  const half = (colour, from) => {
    pen.beginPath();
    pen.arc(0, 0, RADIUS, from, from + Math.PI);
    pen.fillStyle = colour;
    pen.fill();
  };
  half(left, Math.PI / 2);
  half(right, -Math.PI / 2);
  pen.beginPath();
  pen.arc(0, 0, RADIUS, 0, 2 * Math.PI);
  Object.assign(pen, { strokeStyle: theme.text, lineWidth: 1.3 });
  pen.stroke();
}
