// The Plotly figure round the density picture: its axes and margins, and how it is saved as a file.
import { roomFor, shortened } from "./axes.js";
import { coarse, CONFIG } from "./plotly.js";

const TITLE = 18; // pixels for the name beside the axis
const SAVED = { format: "png", width: 800, height: 600, scale: 2 };

/** Margins of a picture with these axes. */
export function pictureMargin({ margin }, axes, { scale = 1 }) {
  const title = TITLE * scale;
  return { ...margin, l: roomFor(axes.y, margin.l - title, scale) + title };
}

/** The skeleton's layout with a run's axes; Plotly keeps a zoom made by hand as long as the key stays. */
export function pictureLayout(skeleton, axes, margin, key) {
  const axis = (given, span) => ({
    ...structuredClone(given),
    range: [...span],
    autorange: false,
  });
  return {
    ...structuredClone(skeleton),
    xaxis: axis(skeleton.xaxis, axes.x),
    yaxis: axis(skeleton.yaxis, axes.y),
    autosize: true,
    margin,
    dragmode: coarse() ? false : "zoom",
    uirevision: key,
  };
}

/** A layout for a frame of so many pixels: titles that are longer than their axes would be cut. */
export function fitted(layout, { clientWidth, clientHeight }) {
  const { l, r, t, b } = layout.margin;
  const fit = (axis, pixels) => {
    const { text, font } = axis.title ?? {};
    if (!text) return axis;
    const size = font?.size ?? 1.2 * (layout.font?.size ?? 12);
    return { ...axis, title: { ...axis.title, text: shortened(text, pixels, size) } };
  };
  const xaxis = fit(layout.xaxis, clientWidth - l - r);
  return { ...layout, xaxis, yaxis: fit(layout.yaxis, clientHeight - t - b) };
}

/** Plotly's configuration; `home()` leaves any zoom. */
export function pictureConfig(plotly, home) {
  const button = { name: "home", title: "Reset axes", icon: plotly.Icons.home, click: home };
  return { ...CONFIG, displayModeBar: coarse() ? false : "hover", modeBarButtonsToAdd: [button] };
}

/** A picture as a PNG data URL: its traces in its layout, with a title and without what is transparent. */
export function savedPicture(plotly, traces, layout, { theme, title }) {
  const { background } = theme;
  const saved = {
    ...layout,
    paper_bgcolor: background,
    plot_bgcolor: background,
    title: { text: title, font: { size: 15, color: theme.text } },
    margin: { ...layout.margin, t: 48, r: 24 },
  };
  return plotly.toImage({ data: traces, layout: saved }, SAVED);
}
