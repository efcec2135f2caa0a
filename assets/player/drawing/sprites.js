// Markers drawn as Plotly draws them, kept as small bitmaps so that thousands of points cost one copy each.
import { mix } from "../maths/colour.js";

export const LEVELS = 6; // steps of confidence

/** Index 0..5 of a confidence byte, and the colour of that step: the less sure, the greyer. */
export const level = (confidence) => Math.round((confidence / 255) * (LEVELS - 1));
export const shade = (neutral, colour, step) => mix(neutral, colour, step / (LEVELS - 1));

const polygon = (...points) => "M" + points.map(([x, y]) => `${x},${y}`).join("L") + "Z";

/** Outlines as in Plotly's symbol definitions, for radius r: of the symbols in mixes/plots/style.py. */
export const OUTLINES = {
  circle: (r) => `M${r},0A${r},${r} 0 1,1 0,${-r}A${r},${r} 0 0,1 ${r},0Z`,
  square: (r) => polygon([r, r], [-r, r], [-r, -r], [r, -r]),
  diamond: (r) => polygon([1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0], [0, -1.3 * r]),
  cross: (r) => {
    const a = 0.4 * r,
      b = 1.2 * r;
    return polygon(
      [b, a],
      [a, a],
      [a, b],
      [-a, b],
      [-a, a],
      [-b, a],
      [-b, -a],
      [-a, -a],
      [-a, -b],
      [a, -b],
      [a, -a],
      [b, -a],
    );
  },
  x: (r) => {
    const a = (0.8 * r) / Math.SQRT2;
    return polygon(
      [0, a],
      [a, 2 * a],
      [2 * a, a],
      [a, 0],
      [2 * a, -a],
      [a, -2 * a],
      [0, -a],
      [-a, -2 * a],
      [-2 * a, -a],
      [-a, 0],
      [-2 * a, a],
      [-a, 2 * a],
    );
  },
  "triangle-up": (r) => {
    const t = (2 * r) / Math.sqrt(3);
    return polygon([-t, r / 2], [t, r / 2], [0, -r]);
  },
};

/** Draw one marker with its centre at the origin. */
function drawMarker(pen, symbol, { size, fill, line, width }) {
  const path = new Path2D(OUTLINES[symbol](size / 2));
  pen.fillStyle = fill;
  pen.fill(path);
  if (!width) return;
  pen.strokeStyle = line;
  pen.lineWidth = width;
  pen.stroke(path);
}

/** Pixels by (symbol, colour, opacity, share of the size); forgotten when size, line or pixel ratio change. */
export class Sprites {
  constructor() {
    this.key = "";
    this.known = new Map();
  }

  prepare(style, scale) {
    const key = JSON.stringify([style.size, style.line, style.width, scale]);
    if (key !== this.key) this.known.clear();
    this.key = key;
    this.style = style;
    this.scale = scale;
    this.side = 2 * Math.ceil(((style.size * 1.4 + style.width + 2) * scale) / 2);
  }

  get(symbol, colour, opacity, share = 1) {
    const key = [symbol, colour, opacity, share].join();
    if (!this.known.has(key)) this.known.set(key, this.draw(symbol, colour, opacity, share));
    return this.known.get(key);
  }

  draw(symbol, colour, opacity, share) {
    const marker = (pen) => drawMarker(pen, symbol, { ...this.style, size: this.style.size * share, fill: colour });
    return bitmap(this.side, this.scale, opacity, marker);
  }
}

/** Pixels of a small square drawn round the origin. */
export function bitmap(side, scale, opacity, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const pen = canvas.getContext("2d");
  pen.translate(side / 2, side / 2);
  pen.scale(scale, scale);
  draw(pen);
  const { data } = pen.getImageData(0, 0, side, side);
  for (let i = 3; i < data.length; i += 4) data[i] = Math.round(data[i] * opacity);
  return new Uint32Array(data.buffer);
}

/**
 * A transparent layer onto which sprites are copied pixel by pixel, then drawn in one piece.
 * Two thousand calls of drawImage cost 7 ms without a graphics card; this costs less than 1.
 */
export class Layer {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  clear(width, height) {
    if (this.image?.width !== width || this.image.height !== height) {
      Object.assign(this.canvas, { width, height });
      this.image = this.pen.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    this.pixels.fill(0);
  }

  /** Put a sprite with its centre at the device pixel (x, y). */
  stamp(sprite, side, x, y) {
    const {
        pixels,
        image: { width, height },
      } = this,
      left = Math.round(x) - side / 2,
      top = Math.round(y) - side / 2;
    const from = Math.max(0, -left),
      to = Math.min(side, width - left),
      first = Math.max(0, -top),
      last = Math.min(side, height - top);
    for (let j = first; j < last; j++) {
      for (let i = from, s = j * side + from, d = (top + j) * width + left + from; i < to; i++, s++, d++) {
        const above = sprite[s],
          below = pixels[d];
        if (above >>> 24) pixels[d] = above >>> 24 === 255 || !below ? above : over(above, below);
      }
    }
  }

  drawOn(pen) {
    this.pen.putImageData(this.image, 0, 0);
    pen.drawImage(this.canvas, 0, 0);
  }
}

/** One translucent pixel (little-endian RGBA, not premultiplied) over another. */
function over(above, below) {
  const a = above >>> 24;
  const b = ((below >>> 24) * (255 - a)) / 255;
  const sum = a + b;
  const red = ((above & 255) * a + (below & 255) * b) / sum;
  const green = (((above >>> 8) & 255) * a + ((below >>> 8) & 255) * b) / sum;
  const blue = (((above >>> 16) & 255) * a + ((below >>> 16) & 255) * b) / sum;
  return (((sum + 0.5) << 24) | ((blue + 0.5) << 16) | ((green + 0.5) << 8) | (red + 0.5)) >>> 0;
}
