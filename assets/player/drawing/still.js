// The still picture: the figure's skeleton filled with the same numbers that the canvas paints.
import { densityLines, logDensity, visibleGrid } from "../maths/field.js";
import { percent, significant } from "../maths/text.js";
import { arrowStrokes } from "./arrows.js";
import { outlines, pointLook, sureLook, sureness } from "./style.js";

/** Plotly traces of a scene, in the order of the skeleton. */
export function stillTraces(fixed, style, scene, view) {
  const drawn = outlines(scene);
  const lines = fixed.dimension === 1 ? densityLines(scene, view) : null;
  return fixed.figures.density.data.flatMap((trace) =>
    FILL[trace.meta.role]({ trace, fixed, style, scene, view, drawn, lines }),
  );
}

/** The same traces without ink: only their hover values are left, for a picture that stays on the canvas. */
export function hoverOnly(traces) {
  const bare = (trace) => {
    if (trace.type === "bar") return { ...trace, opacity: 0 };
    if (trace.type !== "contour") return { ...trace, mode: "none", hoveron: "points" };
    return { ...trace, contours: { ...trace.contours, coloring: "none", showlines: false }, line: { width: 0 } };
  };
  return traces.filter(({ meta }) => !["ellipse", "arrow"].includes(meta?.role)).map(bare);
}

const HOVER = "%{text}<extra></extra>";
const line = (trace, look) => ({ ...trace.line, dash: "solid", shape: "linear", simplify: false, ...look });

/** As Plotly says it. */
const dashOf = (style, owner) => style.dash(owner).map((v) => `${v}px`).join() || "solid";

const FILL = {
  density({ trace, fixed, style, scene, view, lines }) {
    if (fixed.dimension === 2) return [contour(trace, style, scene, view)];
    const [x, y] = [Array.from(lines.x), Array.from(lines.total)];
    const text = y.map((v, i) => `density ${significant(v)} at ${significant(x[i])}`);
    return [{ ...trace, x, y, mode: "lines", line: line(trace, style.curve), text, hovertemplate: HOVER }];
  },

  points({ trace, fixed, style, scene }) {
    const { x, y } = scene.points;
    const { id } = fixed.points;
    const looks = Array.from(x, (_, i) => pointLook(style, scene, i));
    const sureLooks = style.uncertain ? Array.from(x, (_, i) => sureLook(sureness(style, scene, i))) : null;
    const sure = (i) =>
      scene.labels ? `component ${scene.labels[i] + 1}, ${percent(scene.confidence[i] / 255)}` : "not yet shared out";
    const place = (i) => [x[i], ...(y ? [y[i]] : [])].map((v) => significant(v)).join(", ");
    const marker = {
      ...trace.marker,
      color: looks.map(([colour]) => colour),
      symbol: looks.map(([, symbol]) => symbol),
      size: sureLooks ? sureLooks.map(([, size]) => style.points.size * size) : style.points.size,
      opacity: sureLooks ? sureLooks.map(([opacity]) => style.points.opacity * opacity) : style.points.opacity,
      line: { width: style.points.width, color: style.points.line },
    };
    const text = looks.map((_, i) => `row ${id ? id[i] : i + 1}: (${place(i)})<br>${sure(i)}`);
    const at = { x: Array.from(x), y: y ? Array.from(y) : Array(x.length).fill(0) };
    return [{ ...trace, ...at, type: "scatter", mode: "markers", marker, text, hovertemplate: HOVER }];
  },

  // A trace has one width and one opacity, so outlines are gathered by owner, opacity and standard deviation.
  ellipse({ trace, style, drawn }) {
    const traces = new Map();
    for (const { owner, opacity, rings } of drawn) {
      for (const { sd, loops } of rings) {
        const key = [owner, opacity, sd].join();
        const dash = dashOf(style, owner);
        const look = line(trace, { color: style.colours.of(owner), width: style.ellipse.width / sd, dash });
        if (!traces.has(key)) traces.set(key, { ...mute(trace), opacity, line: look, x: [], y: [] });
        const t = traces.get(key);
        t.meta = { ...trace.meta, component: owner };
        for (const [xs, ys] of loops) {
          t.x.push(...xs, null);
          t.y.push(...ys, null);
        }
      }
    }
    return [...traces.values()];
  },

  means: ({ trace, style, drawn }) => [
    spots(trace, style, drawn, {
      place: ({ g }) => [g[1], g[2]],
      name: "mean",
      marker: {
        color: drawn.map((o) => style.colours.of(o.owner)),
        symbol: style.means.symbol,
        size: style.means.size,
        line: { width: style.means.width, color: style.means.line },
      },
    }),
  ],

  location: ({ trace, style, drawn }) => [
    spots(trace, style, drawn.filter(({ arrow }) => arrow), {
      place: ({ arrow }) => arrow.slice(0, 2),
      name: "location",
      marker: {
        color: style.location.fill,
        size: style.location.size,
        line: { width: style.location.width, color: drawn.filter(({ arrow }) => arrow).map((o) => style.colours.of(o.owner)) },
      },
    }),
  ],

  arrow: ({ trace, style, view, drawn }) =>
    drawn.flatMap(({ arrow, opacity }) => {
      if (!arrow) return [];
      const [x, y] = arrowStrokes(arrow, view, style.means.size / 2);
      return { ...mute(trace), opacity, line: line(trace, style.arrow), x, y };
    }),

  component: ({ trace, style, drawn, lines }) =>
    drawn.map(({ index, owner, opacity }) => {
      const [x, y] = [Array.from(lines.x), Array.from(lines.parts.get(index))];
      const dash = dashOf(style, owner);
      const look = line(trace, { color: style.colours.of(owner), width: style.ellipse.width, dash });
      const text = y.map((v) => `${named(owner)}: ${significant(v)}`);
      const meta = { ...trace.meta, component: owner };
      return {
        ...trace,
        meta,
        mode: "lines",
        x,
        y,
        opacity,
        showlegend: false,
        line: look,
        text,
        hovertemplate: HOVER,
      };
    }),

  histogram: ({ trace, style }) => [
    { ...trace, marker: { ...trace.marker, color: style.bars.color, opacity: 1, line: { width: 0 } } },
  ],
};

const mute = (trace) => ({ ...trace, mode: "lines", hoverinfo: "skip", hovertemplate: null, showlegend: false });

const named = (owner) => (owner < 0 ? "part" : `component ${owner + 1}`);

/** One marker for each component, with its weight in words. */
function spots(trace, style, drawn, { place, name, marker }) {
  const at = drawn.map(place);
  const words = ({ owner, g }, i) =>
    `${named(owner)}, weight ${percent(g[0])}<br>${name} (${at[i].map((v) => significant(v)).join(", ")})`;
  return {
    ...trace,
    mode: "markers",
    showlegend: false,
    x: at.map(([x]) => x),
    y: at.map(([, y]) => y),
    text: drawn.map(words),
    hovertemplate: HOVER,
    marker: { ...trace.marker, ...marker, opacity: drawn.map((o) => o.opacity) },
  };
}

function contour(trace, style, scene, view) {
  const grid = visibleGrid(view, 0, scene);
  const { x0, dx, nx, y0, dy, ny } = grid;
  const values = logDensity(scene, grid, style.unit);
  const z = Array.from({ length: ny }, (_, j) => Array.from(values.subarray(j * nx, (j + 1) * nx)));
  const steps = style.bands.length - 1;
  return {
    ...trace,
    x0,
    dx,
    y0,
    dy,
    z,
    text: z.map((row) => row.map((v) => significant(style.unit * 2 ** v, 3))),
    hovertemplate: "density %{text}<extra></extra>",
    colorscale: style.bands.map((c, k) => [k / steps, c]),
    line: { ...trace.line, ...style.contour },
  };
}
