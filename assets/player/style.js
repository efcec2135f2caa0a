// How the picture looks, read once from the figure's skeleton: the canvas and the Plotly figure share it.
import { deviation, fade, mix, ramp } from "./maths.js";
import { pigments } from "./theme.js";
import { level, LEVELS, shade } from "./sprites.js";

export const role = (figure, name) => figure.data.filter((trace) => trace.meta?.role === name);

/** Density levels: powers of two times the density of a Gaussian as wide as the data, the same through a whole run. */
export const LOWEST = -4, HIGHEST = 5;
export const FLOOR = LOWEST - 6;

/** The unit in which densities are drawn, from the spread of the points alone, so that the ramp never pulses. */
export function densityUnit({ x, y }) {
  const spread = (values) => deviation(values) || 1;
  return 1 / (2 * Math.PI * spread(x) * spread(y));
}

/** Everything the painters need to know that does not change from step to step. */
export function pictureStyle(fixed, theme) {
  const figure = fixed.figures.density, colours = pigments(fixed, theme), n = fixed.points.x.length;
  const [points, ellipse, means, bars] = ["points", "ellipse", "means", "histogram"].map((name) => role(figure, name)[0] || {});
  const marker = (trace, size, width, line) => ({
    size: typeof trace.marker?.size === "number" ? trace.marker.size : size, width: trace.marker?.line?.width ?? width, line,
    opacity: trace.marker?.opacity ?? trace.opacity ?? 1,
  });
  const bands = [];
  for (let k = 0; k <= HIGHEST - LOWEST + 1; k++) bands.push(ramp(colours.ramp, k / (HIGHEST - LOWEST + 1)));
  const fixedSymbol = typeof points.marker?.symbol === "string" && points.marker.symbol.startsWith("line") ? points.marker.symbol : null;
  return {
    theme, colours, bands, unit: fixed.dimension === 2 ? densityUnit(fixed.points) : 1,
    contour: { color: fade(theme.text, theme.dark ? .22 : .16), width: .7 },
    points: marker(points, n > 1200 ? 5 : n > 400 ? 6 : 7, .6, mix(theme.background, "#000000", theme.dark ? .3 : 0)),
    symbol: (label) => fixedSymbol || (label === null ? "circle" : fixed.symbols[label % fixed.symbols.length]),
    pointColours: Array.from({ length: fixed.components }, (_, k) => Array.from({ length: LEVELS }, (_, s) => shade(colours.neutral, colours.of(k), s))),
    means: { ...marker(means, 11, 2, theme.background), symbol: typeof means.marker?.symbol === "string" ? means.marker.symbol : "circle" },
    ellipse: { width: ellipse.line?.width ?? 2.2 },
    bars: { color: fade(colours.neutral, theme.dark ? .38 : .32), gap: figure.layout.bargap ?? 0 },
    curve: { color: theme.text, width: 2.2 },
  };
}

/** Colour and symbol of point i in a scene. */
export function pointLook(style, scene, i) {
  if (!scene.labels) return [style.colours.neutral, style.symbol(null)];
  const label = scene.labels[i], colours = style.pointColours[label];
  return [colours ? colours[level(scene.confidence[i])] : style.colours.neutral, style.symbol(label)];
}

// With many Gaussians the ellipses at two standard deviations would only tangle.
export const MOST_DRAWN = 60;

/** The heaviest Gaussians of a scene, each with the opacity of its weight: one that loses its points fades away. */
export function outlines(scene) {
  const drawn = scene.gaussians.length > MOST_DRAWN ? [...scene.gaussians].sort((a, b) => b[0] - a[0]).slice(0, MOST_DRAWN) : scene.gaussians;
  return drawn.map((g) => ({ g, owner: g.at(-1), opacity: weightOpacity(g[0], scene.count), deviations: drawn.length > 16 ? [1] : [1, 2] }));
}

// Full from two fifths of an equal share upwards; six steps, so that the Plotly figure needs few traces.
function weightOpacity(weight, count) {
  const share = Math.min(1, weight * count / .4);
  return Math.max(.1, Math.ceil(6 * share) / 6);
}
