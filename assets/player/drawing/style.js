// How the picture looks, read once from the figure's skeleton: the canvas and the Plotly figure share it. The figures of
// mixes/plots have the same rules, and a test compares them with these.
import { fade, mix, ramp } from "../maths/colour.js";
import { ellipse } from "../maths/gaussians.js";
import { densityUnit, HIGHEST, LOWEST } from "../maths/levels.js";
import { outlinesOf } from "../maths/outlines.js";
import { level, LEVELS, shade } from "./sprites.js";
import { inked, pigments } from "./theme.js";

export const role = (figure, name) => figure.data.find((trace) => trace.meta.role === name);

/**
 * @typedef {import("../wire/history.js").Scene} Scene
 * @typedef {ReturnType<typeof pictureStyle> & { uncertain?: boolean }} Style
 */

/**
 * Everything the painters need to know that does not change from step to step.
 * @param {import("../wire/types.d.ts").Fixed} fixed
 * @param {import("./theme.js").Theme} theme
 */
export function pictureStyle(fixed, theme) {
  const figure = fixed.figures.density,
    colours = pigments(fixed, theme),
    flat = fixed.dimension === 2;
  const trace = (name) => role(figure, name);
  const { scale = 1 } = theme;
  const marker = ({ marker: { size, line: rim, opacity = 1 } }, line) => ({
    size: scale * size,
    width: scale * rim.width,
    line,
    opacity,
  });
  const width = (name) => scale * trace(name).line.width;
  const bands = [];
  for (let k = 0; k <= HIGHEST - LOWEST + 1; k++) bands.push(ramp(colours.ramp, k / (HIGHEST - LOWEST + 1)));
  return {
    theme,
    colours,
    bands,
    unit: flat ? densityUnit(fixed.points) : 1,
    contour: { color: fade(theme.text, inked(theme.dark ? 0.22 : 0.16, theme)), width: width("density") },
    points: marker(trace("points"), mix(theme.background, "#000000", theme.dark ? 0.3 : 0)),
    symbol: (label) => (label === null ? "circle" : fixed.symbols[label % fixed.symbols.length]),
    pointColours: Array.from({ length: fixed.components }, (_, k) =>
      Array.from({ length: LEVELS }, (_, s) => shade(colours.neutral, colours.of(k), s)),
    ),
    means: flat && { ...marker(trace("means"), theme.background), symbol: trace("means").marker.symbol },
    ellipse: { width: width(flat ? "ellipse" : "component") },
    dash: (k) => (colours.comesAgain(k) ? [7, 4] : []), // tells the outlines of one colour apart
    bars: { color: fade(colours.neutral, inked(theme.dark ? 0.38 : 0.32, theme)) },
    arrow: flat && { color: theme.text, width: width("arrow") },
    location: flat && { ...marker(trace("location")), fill: theme.background },
    curve: { color: theme.text, width: width("density") },
  };
}

/**
 * Colour and symbol of point i in a scene.
 * @param {Style} style
 * @param {Scene} scene
 * @param {number} i
 */
export function pointLook(style, scene, i) {
  if (!scene.labels) return [style.colours.neutral, style.symbol(null)];
  const label = scene.labels[i],
    colours = style.pointColours[label];
  return [colours ? colours[level(scene.confidence[i])] : style.colours.neutral, style.symbol(label)];
}

const [FAINTEST, SMALLEST] = [0.45, 0.45]; // of a point that any component may have made

/**
 * How sure point i is, 0 at the probability of chance to LEVELS - 1 at certainty; LEVELS when it is not asked for.
 * @param {Style} style
 * @param {Scene} scene
 * @param {number} i
 */
export function sureness(style, scene, i) {
  if (!style.uncertain || !scene.labels) return LEVELS;
  const chance = 1 / style.pointColours.length;
  return chance === 1 ? LEVELS - 1 : level((255 * Math.max(0, scene.confidence[i] / 255 - chance)) / (1 - chance));
}

const between = (least, sure) => (sure < LEVELS ? least + ((1 - least) * sure) / (LEVELS - 1) : 1);

/** Opacity and size of a point, as shares of the usual ones: the less sure, the paler and smaller. */
export const sureLook = (sure) => [between(FAINTEST, sure), between(SMALLEST, sure)];

/** Opacity factor of a point at a step of emphasis, 0..LEVELS - 1; more is no focus. */
export const standOut = (step) => (step < LEVELS ? 0.12 + (0.88 * step) / (LEVELS - 1) : 1);

/** Points in the order in which they are drawn: those that stand out come last. */
export function pointOrder({ points, emphasis }) {
  const order = Array.from(points.x, (_, i) => i);
  return emphasis ? order.sort((a, b) => emphasis[a] - emphasis[b]) : order;
}

// With many Gaussians the ellipses at two standard deviations would only tangle.
export const MOST_DRAWN = 60;
export const MOST_TWICE = 16;

/**
 * The heaviest components of a scene, each with loops [xs, ys] at one and two standard deviations and with the opacity
 * of its weight: one that loses its points fades away.
 * @param {Scene} scene
 */
export function outlines(scene) {
  const { kept, shape } = scene;
  const heaviest = (a, b) => shape.gaussians[b][0] - shape.gaussians[a][0];
  const drawn = kept.length > MOST_DRAWN ? [...kept].sort(heaviest).slice(0, MOST_DRAWN) : kept;
  const deviations = drawn.length > MOST_TWICE ? [1] : [1, 2];
  return drawn.map((index) => {
    const g = shape.gaussians[index];
    const around = (sd) => (shape.grids ? outlinesOf(shape.grids, index)[sd - 1] : [ellipse(g, sd)]);
    const rings = g.length > 6 ? deviations.map((sd) => ({ sd, loops: around(sd) })) : [];
    return {
      g,
      index,
      owner: g.at(-1),
      opacity: weightOpacity(g[0], scene.count),
      rings,
      arrow: g.length > 6 ? shape.arrows?.[index] : undefined,
    };
  });
}

// Full from two fifths of an equal share upwards; six steps, so that the Plotly figure needs few traces.
function weightOpacity(weight, count) {
  const share = Math.min(1, (weight * count) / 0.4);
  return Math.max(0.1, Math.ceil(6 * share) / 6);
}
