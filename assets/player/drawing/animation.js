// The picture of many iterations, drawn off the screen: the frames of an animation.
import { position } from "../time/pacing.js";
import { html } from "./dom.js";
import { Painter } from "./paint.js";

const [WIDTH, HEIGHT] = [640, 480];
const TOP = 34; // pixels for the caption
const MOST = 60;

/** At most `most` of the iterations 0 to `last`, the first and the last among them, more where much changes. */
export function chosenIterations(rows, last, most = MOST) {
  if (last < most) return Array.from({ length: last + 1 }, (_, t) => t);
  // every iteration counts a little, so that a long calm is not left out
  const pace = rows.slice(0, last + 1).map((row, t) => (t ? Math.sqrt(row.change) + 0.05 : 0));
  const total = pace.reduce((a, b) => a + b, 0);
  const chosen = [0];
  let gone = 0;
  for (let t = 1; t < last; t++) {
    gone += pace[t];
    if (gone >= (chosen.length * total) / (most - 1) && chosen.length < most - 1) chosen.push(t);
  }
  return [...chosen, last];
}

/** Margin and layout of a frame, with all titles: one of several pictures side by side goes without some. */
function lookAlone(picture) {
  picture.alone = true;
  try {
    const margin = { ...picture.margin, t: TOP };
    return { margin, layout: { ...picture.layout, margin, width: WIDTH, height: HEIGHT } };
  } finally {
    picture.alone = false;
  }
}

/** PNG pictures as data URLs, one for each of some iterations; `picture` gives the axes and the look. */
export async function drawFrames(picture, history, iterations) {
  const { theme } = picture.style;
  const { margin, layout } = lookAlone(picture);
  const zoomed = picture.zoomed();
  if (zoomed) [layout.xaxis.range, layout.yaxis.range] = zoomed;
  const [x, y] = [layout.xaxis.range.map(Number), layout.yaxis.range.map(Number)];
  const [w, h] = [WIDTH - margin.l - margin.r, HEIGHT - margin.t - margin.b];
  const view = { width: WIDTH, height: HEIGHT, left: margin.l, top: margin.t, w, h, x, y };
  const axes = new Image();
  const shape = { format: "png", width: WIDTH, height: HEIGHT };
  axes.src = await picture.plotly.toImage({ data: [{ type: "scatter", x: [], y: [] }], layout }, shape);
  await axes.decode();
  const painter = new Painter(html("canvas"));
  const sheet = html("canvas", { width: WIDTH, height: HEIGHT });
  const pen = sheet.getContext("2d");
  return iterations.map((t) => {
    painter.paint(picture.fixed, picture.style, history.scene(position(t, "M")), view);
    Object.assign(pen, { fillStyle: theme.background, font: `15px ${theme.font}` });
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.drawImage(painter.canvas, 0, 0, WIDTH, HEIGHT);
    pen.drawImage(axes, 0, 0, WIDTH, HEIGHT);
    pen.fillStyle = theme.text;
    pen.fillText(`iteration ${t}`, margin.l, 22);
    return sheet.toDataURL("image/png");
  });
}
