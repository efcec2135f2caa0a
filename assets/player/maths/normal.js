// The normal distribution function. Pure.

const TAIL = -5; // below, the series would lose its digits; there the fraction has them all
const STEPS = 30; // of the fraction

/** The logarithm of the density. */
const logDensity = (t) => -(t * t + Math.log(2 * Math.PI)) / 2;

/** The logarithm of the probability of less than t, with ten digits: a series (Marsaglia, 2004), and a continued fraction in the tail. */
export function logNormalCdf(t) {
  if (t < TAIL) {
    let below = -t;
    for (let step = STEPS; step > 0; step--) below = step / below - t;
    return logDensity(t) - Math.log(below);
  }
  if (t > -TAIL) return Math.log1p(-Math.exp(logNormalCdf(-t)));
  let [sum, term] = [t, t];
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (t * t) / n;
    sum += term;
  }
  return Math.log(0.5 + sum * Math.exp(logDensity(t)));
}
