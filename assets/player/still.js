// The still picture: the figure's skeleton filled with the same numbers that the canvas paints.
import { ellipse, percent, significant } from "./maths.js";
import { densityLines, logDensity, visibleGrid } from "./paint.js";
import { HIGHEST, LOWEST, outlines, pointLook } from "./style.js";

/** Plotly traces of a scene, in the order of the skeleton. */
export function stillTraces(fixed, style, scene, view) {
  const shown = { outlines: outlines(scene), lines: null }, done = new Set(), out = [];
  if (fixed.dimension === 1) shown.lines = densityLines(scene, view);
  for (const trace of fixed.figures.density.data) {
    const name = trace.meta?.role, once = ["ellipse", "component"].includes(name);
    if (once && done.has(name)) continue;
    done.add(name);
    out.push(...(FILL[name] || ((t) => [t]))(trace, fixed, style, scene, view, shown));
  }
  return out;
}

/** The same traces without ink: only their hover values are left, for a picture that stays on the canvas. */
export function hoverOnly(traces) {
  const bare = (trace) => trace.type === "contour" ? { ...trace, contours: { ...trace.contours, coloring: "none", showlines: false }, line: { width: 0 } }
    : trace.type === "bar" ? { ...trace, opacity: 0 } : { ...trace, mode: "none", hoveron: "points" };
  return traces.filter((trace) => trace.meta?.role !== "ellipse").map(bare);
}

const FILL = {
  density: (trace, fixed, style, scene, view, shown) => [fixed.dimension === 2 ? contour(trace, style, scene, view) : {
    ...trace, x: Array.from(shown.lines.x), y: Array.from(shown.lines.total), mode: "lines", line: { ...trace.line, ...style.curve, simplify: false },
    hovertemplate: "density %{y:.4~g} at %{x:.4~g}<extra></extra>",
  }],

  points(trace, fixed, style, scene) {
    const { x, y, id } = fixed.points, looks = Array.from(x, (_, i) => pointLook(style, scene, i));
    const sure = (i) => scene.labels ? `component ${scene.labels[i] + 1}, ${percent(scene.confidence[i] / 255)}` : "not yet shared out";
    const place = (i) => [x[i], y?.[i]].filter((v) => v !== undefined).map((v) => significant(v)).join(", ");
    return [{
      ...trace, type: "scatter", mode: "markers", x: Array.from(x), y: y ? Array.from(y) : Array(x.length).fill(0),
      text: looks.map((_, i) => `row ${id ? id[i] : i + 1}: (${place(i)})<br>${sure(i)}`), hovertemplate: "%{text}<extra></extra>",
      marker: {
        ...trace.marker, color: looks.map((l) => l[0]), symbol: looks.map((l) => l[1]), size: style.points.size, opacity: style.points.opacity,
        line: { width: style.points.width, color: style.points.line },
      },
    }];
  },

  // A trace has one width and one opacity, so ellipses are gathered by owner, opacity and standard deviation.
  ellipse(trace, fixed, style, scene, view, shown) {
    const traces = new Map();
    for (const { g, owner, opacity, deviations } of shown.outlines) for (const sd of deviations) {
      const key = [owner, opacity, sd].join();
      if (!traces.has(key)) traces.set(key, {
        ...trace, mode: "lines", meta: { ...trace.meta, component: owner }, x: [], y: [], opacity, hoverinfo: "skip", hovertemplate: null, showlegend: false,
        line: { ...trace.line, color: style.colours.of(owner), width: style.ellipse.width / sd, dash: "solid", shape: "linear", simplify: false },
      });
      const [xs, ys] = ellipse(g, sd), t = traces.get(key);
      t.x.push(...xs, null);
      t.y.push(...ys, null);
    }
    return [...traces.values()];
  },

  means: (trace, fixed, style, scene, view, shown) => [{
    ...trace, mode: "markers", x: shown.outlines.map((o) => o.g[1]), y: shown.outlines.map((o) => o.g[2]),
    text: shown.outlines.map((o) => `component ${o.owner + 1}, weight ${percent(o.g[0])}<br>mean (${significant(o.g[1])}, ${significant(o.g[2])})`), hovertemplate: "%{text}<extra></extra>",
    marker: {
      ...trace.marker, color: shown.outlines.map((o) => style.colours.of(o.owner)), opacity: shown.outlines.map((o) => o.opacity), symbol: style.means.symbol,
      size: style.means.size, line: { width: style.means.width, color: style.means.line },
    },
  }],

  component: (trace, fixed, style, scene, view, shown) => shown.outlines.map(({ g, owner, opacity }) => ({
    ...trace, mode: "lines", meta: { ...trace.meta, component: owner }, x: Array.from(shown.lines.x), y: Array.from(shown.lines.parts[scene.gaussians.indexOf(g)]), opacity, showlegend: false,
    line: { ...trace.line, color: style.colours.of(owner), width: style.ellipse.width, dash: "solid", simplify: false }, hovertemplate: `component ${owner + 1}: %{y:.4~g}<extra></extra>`,
  })),

  histogram: (trace, fixed, style) => [{ ...trace, marker: { ...trace.marker, color: style.bars.color, opacity: 1, line: { width: 0 } } }],
};

function contour(trace, style, scene, view) {
  const grid = visibleGrid(view), values = logDensity(scene.gaussians, grid, style.unit), z = [], text = [];
  for (let j = 0; j < grid.ny; j++) {
    z.push(Array.from(values.subarray(j * grid.nx, (j + 1) * grid.nx)));
    text.push(z[j].map((v) => (style.unit * 2 ** v).toPrecision(3)));
  }
  const steps = style.bands.length - 1;
  return {
    ...trace, type: "contour", x: undefined, y: undefined, x0: grid.x0, dx: grid.dx, y0: grid.y0, dy: grid.dy, z, text, hovertemplate: "density %{text}<extra></extra>",
    autocontour: false, contours: { start: LOWEST, end: HIGHEST, size: 1, coloring: "fill", showlines: true }, zmin: LOWEST - .5, zmax: HIGHEST + .5, zauto: false,
    colorscale: style.bands.map((c, k) => [k / steps, c]), autocolorscale: false, reversescale: false, showscale: false, line: { ...style.contour, smoothing: 0, dash: "solid" },
  };
}
