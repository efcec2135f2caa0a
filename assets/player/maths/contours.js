// Closed contours of values on a grid.

/** Give the outermost ring of a grid one value. */
export function rim(z, { nx, ny }, value) {
  for (let i = 0; i < nx; i++) z[i] = z[(ny - 1) * nx + i] = value;
  for (let j = 0; j < ny; j++) z[j * nx] = z[j * nx + nx - 1] = value;
}

// Marching squares. Corners a (i, j), b (i+1, j), c (i+1, j+1), d (i, j+1) count 1, 2, 4, 8 when inside;
// edges 0 ab, 1 bc, 2 dc, 3 ad. Segments run with the inside on their left, so every edge starts at most one.
const SEGMENTS = [
  [],
  [0, 3],
  [1, 0],
  [1, 3],
  [2, 1],
  [0, 3, 2, 1],
  [2, 0],
  [2, 3],
  [3, 2],
  [0, 2],
  [1, 0, 3, 2],
  [1, 2],
  [3, 1],
  [0, 1],
  [3, 0],
  [],
];
const JOINED = { 5: [0, 1, 2, 3], 10: [3, 0, 1, 2] }; // saddles whose centre is inside

/**
 * Closed loops round the region where z > level, as flat arrays [x, y, x, y, ...] in grid units.
 * The outermost ring of z must lie below the level, or loops stay open and are dropped.
 */
export function contourLoops(z, nx, ny, level) {
  const next = new Int32Array(2 * nx * ny).fill(-1),
    starts = [];
  for (let j = 0; j < ny - 1; j++) {
    for (let i = 0, k = j * nx; i < nx - 1; i++, k++) {
      const a = z[k],
        b = z[k + 1],
        c = z[k + nx + 1],
        d = z[k + nx];
      const inside = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (inside === 0 || inside === 15) continue;
      const saddle = inside === 5 || inside === 10,
        segments = saddle && (a + b + c + d) / 4 > level ? JOINED[inside] : SEGMENTS[inside];
      for (let s = 0; s < segments.length; s += 2) {
        const from = edge(segments[s], k, nx, ny);
        next[from] = edge(segments[s + 1], k, nx, ny);
        starts.push(from);
      }
    }
  }
  const loops = [];
  for (const start of starts) {
    if (next[start] < 0) continue;
    const loop = [];
    let at = start;
    while (at >= 0 && next[at] >= 0) {
      crossing(z, nx, ny, at, level, loop);
      const then = next[at];
      next[at] = -1;
      at = then;
    }
    if (at === start) loops.push(loop);
  }
  return loops;
}

// Horizontal edges come first, then vertical ones; each is named by its lower left corner.
function edge(side, k, nx, ny) {
  return side === 0 ? k : side === 2 ? k + nx : nx * ny + (side === 3 ? k : k + 1);
}

function crossing(z, nx, ny, id, level, loop) {
  const vertical = id >= nx * ny,
    k = vertical ? id - nx * ny : id,
    i = k % nx,
    j = (k - i) / nx;
  const a = z[k],
    b = z[vertical ? k + nx : k + 1],
    f = (level - a) / (b - a);
  loop.push(vertical ? i : i + f, vertical ? j + f : j);
}
