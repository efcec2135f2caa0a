// Arrows, as the lines that canvas and Plotly draw alike. Pure.

const HEAD = 7; // pixels

/**
 * An arrow as a line of [xs, ys] in axis units, with null between its strokes, ending `short` pixels before its goal;
 * `view` gives the size of a pixel.
 * Too short for a head, it is a line; shorter still, nothing.
 * @param {number[]} ends
 * @param {{ x: number[], y: number[], w: number, h: number }} view
 */
export function arrowStrokes([x0, y0, x1, y1], view, short = 0) {
  const ux = (view.x[1] - view.x[0]) / view.w;
  const uy = (view.y[1] - view.y[0]) / view.h;
  const [px, py] = [(x1 - x0) / ux, (y1 - y0) / uy];
  const length = Math.hypot(px, py);
  if (!(length > short + 3)) return [[], []];
  x1 -= ((x1 - x0) * short) / length;
  y1 -= ((y1 - y0) * short) / length;
  const [xs, ys] = [
    [x0, x1],
    [y0, y1],
  ];
  if (length < short + 2 * HEAD) return [xs, ys];
  const [ex, ey] = [px / length, py / length];
  const wing = (side) => [x1 - HEAD * (ex + side * 0.5 * ey) * ux, y1 - HEAD * (ey - side * 0.5 * ex) * uy];
  const [a, b] = [wing(1), wing(-1)];
  return [
    [...xs, null, a[0], x1, b[0]],
    [...ys, null, a[1], y1, b[1]],
  ];
}
