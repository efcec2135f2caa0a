// Colours as text: mixed, faded, along a ramp, and how light they are.

/** [r, g, b] of "#rgb", "#rrggbb", "rgb(...)" or "rgba(...)". */
export function rgb(colour) {
  if (colour.startsWith("#")) {
    const hex = colour.length < 6 ? [...colour.slice(1, 4)].map((c) => c + c).join("") : colour.slice(1, 7);
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  }
  return (colour.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
}

/** Colour between two colours: share 0 gives a, 1 gives b. */
export function mix(a, b, share) {
  const [p, q] = [rgb(a), rgb(b)];
  return `rgb(${p.map((v, i) => Math.round(v + share * (q[i] - v))).join(",")})`;
}

export function fade(colour, opacity) {
  return `rgba(${rgb(colour).join(",")},${opacity})`;
}

/** Colour at share 0..1 of a list of colours. */
export function ramp(colours, share) {
  const at = Math.min(Math.max(share, 0), 1) * (colours.length - 1),
    i = Math.min(Math.floor(at), colours.length - 2);
  return colours.length < 2 ? colours[0] : mix(colours[i], colours[i + 1], at - i);
}

/** Relative luminance 0..1 (sRGB weights, good enough to tell dark from light). */
export function luminance(colour) {
  const [r, g, b] = rgb(colour);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}
