// Numbers as a person reads them.

/** Text with a real minus sign, the same width of digits every time. */
export const minus = (text) => text.replaceAll("-", "−").replace("e+", "e");

/** The same with a comma between thousands. */
export const grouped = (text) => minus(text).replace(/^(−?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

/** A number with so many decimals. */
export const decimals = (x, digits = 2) => (Number.isFinite(x) ? grouped(x.toFixed(digits)) : "–");
export const percent = (share) => (Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–");

/** How long something takes, to two digits. */
export const seconds = (s) => `${s < 10 ? Number(s.toPrecision(2)) : grouped(s.toFixed(0))} s`;

/** Four significant digits; whole numbers stay whole. */
export function significant(x, digits = 4) {
  if (typeof x !== "number") return x == null ? "–" : String(x);
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "–" : x > 0 ? "∞" : "−∞";
  if (Number.isInteger(x) && Math.abs(x) < 1e9) return minus(String(x));
  const size = Math.floor(Math.log10(Math.abs(x)));
  if (size < -4 || size > 8) return minus(x.toExponential(digits - 1));
  return minus(x.toFixed(Math.max(0, digits - 1 - size)));
}

/** A metric: probabilities and indices with 3 decimals, counts whole, everything larger with 2. */
export function reading(x) {
  if (typeof x !== "number" || !Number.isFinite(x)) return significant(x);
  if (Math.abs(x) <= 1) return decimals(x, 3);
  return Number.isInteger(x) ? grouped(String(x)) : decimals(x);
}
