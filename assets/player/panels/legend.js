// What the signs of a chart mean, in a line of its own, so that it never covers data.
import { html, svg } from "../drawing/dom.js";
import { MOST_TWICE } from "../drawing/style.js";
import { WITHIN } from "../maths/levels.js";
import { percent } from "../maths/text.js";

const ELLIPSE = "M1 6a9 5 0 1 0 18 0a9 5 0 1 0-18 0z";
const HUMP = "M1 10c6 0 5-8 9-8s3 8 9 8";
const RISE = "M1 10c6 0 4-7 18-8";
const [INNER, OUTER] = WITHIN.map(percent);

/** The path of each sign, what it looks like and what it means. */
export const SIGNS = {
  outline: [ELLIPSE, "outline", `${INNER} inside`],
  inner: [ELLIPSE, "inner outline", `${INNER} inside`],
  outer: [ELLIPSE, "outer", OUTER],
  shading: ["M1 2h18v8h-18z", "shading", "density"],
  arrow: ["M1 6h16M12 2l5 4l-5 4", "arrow", "leaning"],
  unsure: ["M8 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z", "small and pale", "unsure of its component"],
  whole: [HUMP, "dark curve", "density"],
  part: [HUMP, "coloured", "one component"],
  objective: [RISE, "bold", "objective"],
  plain: [RISE, "pale", "log-likelihood"],
  held: [RISE, "dashed", "held-out rows"],
  temperature: [RISE, "dotted", "inverse temperature v"],
  before: [RISE, "pale and thin", "the run before"],
};

/**
 * Names of the signs that a scene's picture has.
 * @param {import("../wire/history.js").Scene} scene
 * @param {number} dimension
 * @param {boolean} uncertain
 */
export function pictureSigns({ kept, shape }, dimension, uncertain = false) {
  const unsure = uncertain ? ["unsure"] : [];
  if (dimension === 1) return ["whole", "part", ...unsure];
  const outlines = kept.length > MOST_TWICE ? ["outline"] : ["inner", "outer"];
  return [...outlines, "shading", ...(shape.arrows ? ["arrow"] : []), ...unsure];
}

/**
 * Names of the lines of a run's curve, where there are more than one.
 * @param {import("../wire/types.d.ts").Row[]} rows
 * @param {{ apart: boolean, before: boolean }} what
 */
export function curveSigns(rows, { apart, before }) {
  const some = (is, ...names) => (is ? names : []);
  return [
    ...some(apart, "objective", "plain"),
    ...some(rows[0]?.heldOut != null, "held"),
    ...some(rows[0]?.inverseTemperature < 1, "temperature"),
    ...some(before, "before"),
  ];
}

export class Legend {
  constructor(panel) {
    this.line = html("p", { class: "em-keys" });
    panel.append(this.line);
  }

  show(names) {
    if (this.names === names.join()) return;
    this.names = names.join();
    const sign = (name) => {
      const [d, sign, meaning] = SIGNS[name];
      const look = { viewBox: "0 0 20 12", class: `em-key-${name}`, "aria-hidden": "true" };
      const drawn = svg("svg", look, svg("path", { d }));
      return html("span", {}, drawn, html("i", {}, `${sign}: `), meaning);
    };
    this.line.replaceChildren(...names.map(sign));
  }
}
