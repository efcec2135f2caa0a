// A chart of Tune in the colours and the size of the page, under a finger, and as a file.
import { coarse } from "../drawing/plotly.js";
import { themed } from "../drawing/theme.js";

const THICK = ["size", "width", "thickness"]; // of marks, lines and letters

/** A part of a figure whose marks, lines and letters are so many times as large. */
export function enlarged(part, scale) {
  if (scale === 1 || part === null || typeof part !== "object" || Array.isArray(part)) return part;
  const entry = ([key, value]) => [key, THICK.includes(key) && typeof value === "number" ? scale * value : enlarged(value, scale)];
  return Object.fromEntries(Object.entries(part).map(entry));
}

/** The figure as it is drawn on the page: in its theme, as large as its place, and where a hand has zoomed it stays so. */
export function dressed({ data, layout }, theme, place) {
  const own = themed({ margin: {}, ...layout }, theme);
  for (const { font } of [...(own.annotations ?? []), own.legend ?? {}, own.title ?? {}]) if (font?.size) font.size *= theme.scale; // words in the chart, too
  const shapes = own.shapes?.map((shape) => enlarged(shape, theme.scale));
  return {
    data: data.map((trace) => enlarged(trace, theme.scale)),
    layout: {
      ...own,
      ...(shapes && { shapes }),
      width: place.clientWidth,
      height: place.clientHeight,
      autosize: false,
      uirevision: "stays",
      dragmode: coarse() ? false : "zoom",
    },
  };
}

const ECHO = 700; // milliseconds after a touch in which a browser tells it again, as a mouse's

/** Plotly takes a touch for a click, and would take the mouse's press that a browser makes of it for another one. */
export function touchedOnce(plot) {
  let touched = -Infinity;
  for (const name of ["touchstart", "touchend"]) plot.addEventListener(name, ({ timeStamp }) => { touched = timeStamp; }, { capture: true, passive: true });
  plot.addEventListener("mousedown", (event) => event.timeStamp - touched < ECHO && event.stopPropagation(), true);
}

/** Save the chart as it stands, on the page's own background. */
export function savePicture(plotly, plot, title, format) {
  const filename = title.replace(/[^\p{L}\p{N}]+/gu, "_").toLowerCase();
  const background = getComputedStyle(plot).getPropertyValue("--em-background").trim() || "#ffffff";
  const { data, layout } = plot;
  const whole = { data, layout: { ...layout, paper_bgcolor: background, plot_bgcolor: background, title: { text: title, font: { size: 14 } } } };
  return plotly.downloadImage(whole, { format, filename, width: plot.clientWidth, height: plot.clientHeight, scale: format === "png" ? 2 : 1 });
}
