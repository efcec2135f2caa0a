// A chart of Tune in the colours and the size of the page, and as a file.
import { coarse } from "../drawing/plotly.js";
import { themed } from "../drawing/theme.js";

/** The figure as it is drawn on the page: in its theme, as large as its place, and where a hand has zoomed it stays so. */
export function dressed({ data, layout }, theme, place) {
  const own = themed({ margin: {}, ...layout }, theme);
  return {
    data,
    layout: {
      ...own,
      width: place.clientWidth,
      height: place.clientHeight,
      autosize: false,
      uirevision: "stays",
      dragmode: coarse() ? false : "zoom",
    },
  };
}

/** Save the chart as it stands, on the page's own background. */
export function savePicture(plotly, plot, title, format) {
  const filename = title.replace(/[^\p{L}\p{N}]+/gu, "_").toLowerCase();
  const background = getComputedStyle(plot).getPropertyValue("--em-background").trim() || "#ffffff";
  const { data, layout } = plot;
  const whole = { data, layout: { ...layout, paper_bgcolor: background, plot_bgcolor: background, title: { text: title, font: { size: 14 } } } };
  return plotly.downloadImage(whole, { format, filename, width: plot.clientWidth, height: plot.clientHeight, scale: format === "png" ? 2 : 1 });
}
