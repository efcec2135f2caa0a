// Spread and range of lists of numbers.

/** Standard deviation of a list (of n, not n - 1). */
export function deviation(values) {
  let sum = 0,
    squares = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  for (const v of values) squares += (v - mean) * (v - mean);
  return Math.sqrt(squares / values.length);
}

/** Smallest and largest value, widened by `share` of the range at both ends. */
export function range(values, share = 0.06) {
  let low = Infinity,
    high = -Infinity;
  for (const v of values)
    if (Number.isFinite(v)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  if (!(high >= low)) return [0, 1];
  const pad = (high - low) * share || Math.abs(low) * 0.05 || 1;
  return [low - pad, high + pad];
}

/** Quantile of finite values by linear interpolation. */
export function quantile(values, q) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = q * (sorted.length - 1),
    i = Math.floor(at),
    f = at - i;
  return sorted.length ? sorted[i] + (f ? f * (sorted[i + 1] - sorted[i]) : 0) : NaN;
}

/** The smallest of 10, 20, 50, 100, 200, 500, ... that is not below x. */
export function niceCeiling(x) {
  for (let power = 10; ; power *= 10) for (const m of [1, 2, 5]) if (m * power >= x) return m * power;
}
