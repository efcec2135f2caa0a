// Colours: Streamlit's CSS variables, which a replay has, too.
import { luminance, mix } from "../maths/colour.js";

const LARGE = "(min-width: 2600px)"; // a wall, or a screen of 4K that is not scaled: as in the style sheets

const VARIABLES = {
  background: "--st-background-color",
  text: "--st-text-color",
  secondary: "--st-secondary-background-color",
  border: "--st-border-color",
  primary: "--st-primary-color",
};

let pen;
/** Any CSS colour as "#rrggbb" or "rgba(...)". */
function normal(colour) {
  pen ||= document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour;
  return pen.fillStyle;
}

/**
 * The colours of a page: plain ones, "#rrggbb".
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {"light" | "dark"} name
 * @property {string} font
 * @property {string} background
 * @property {string} text
 * @property {string} secondary
 * @property {string} border
 * @property {string} primary
 * @property {string} onPrimary
 * @property {string} muted
 * @property {string} grid
 * @property {number} scale how large everything is drawn
 * @property {number} ink how dark what is pale is drawn, see inked
 * @property {string} key
 */

/**
 * The theme of the page round `element`: plain colours, whether it is dark, and a key that changes with it.
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element),
    value = (name) => style.getPropertyValue(name).trim();
  const background = normal(value(VARIABLES.background));
  const dark = luminance(background) < 0.5;
  const colour = (name) => opaque(normal(value(VARIABLES[name])), background);
  const [text, primary] = [colour("text"), colour("primary")];
  const [big, ink] = ["--em-big", "--em-ink"].map((name) => Number(value(name)) || 1); // see presenting.css
  /** @type {Omit<Theme, "key">} */
  const theme = {
    dark,
    name: dark ? "dark" : "light",
    font: value("--st-font"),
    background,
    text,
    secondary: colour("secondary"),
    border: mix(colour("border"), text, 1 - 1 / ink),
    primary,
    onPrimary: inkOn(primary),
    ...shades({ background, text, dark, ink }),
    scale: big * (matchMedia(LARGE).matches ? 1.6 : 1),
    ink,
  };
  return { ...theme, key: JSON.stringify(theme) };
}

/** A share of colour from 0 to 1 with more ink, as a projector washes out what is pale. */
export const inked = (share, { ink = 1 }) => share ** (1 / ink);

/** Colours between background and text: for what is said beside, and for lines below. */
export const shades = ({ background, text, dark, ink = 1 }) => ({
  muted: mix(background, text, inked(dark ? 0.66 : 0.72, { ink })),
  grid: mix(background, text, inked(dark ? 0.13 : 0.09, { ink })),
});

/** Black or white, whichever reads better on a colour. */
export const inkOn = (colour) => (luminance(colour) > 0.48 ? "#14171f" : "#ffffff");

/** A translucent colour as it looks on the background. */
function opaque(colour, background) {
  const alpha = colour.startsWith("rgba") ? Number(colour.match(/[\d.]+(?=\)$)/)) : 1;
  return alpha < 1 && background ? mix(background, colour, alpha) : colour;
}

/** @typedef {ReturnType<typeof pigments>} Pigments */

/**
 * The run's own colours in this theme: `of(component)`, whether it `comesAgain`, neutral, ramp. What belongs to no
 * cluster is -1: text.
 * @param {import("../wire/types.d.ts").Fixed} fixed
 * @param {Theme} theme
 */
export function pigments(fixed, theme) {
  const palette = fixed.palette[theme.name];
  return {
    of: (k) => (k < 0 ? theme.muted : palette[k % palette.length]),
    comesAgain: (k) => k >= palette.length,
    neutral: fixed.neutral[theme.name],
    ramp: [theme.background, ...fixed.ramp[theme.name].slice(1)],
  };
}

/** Copy of a Plotly layout in the colours and font of the page. */
export function themed(layout, theme) {
  const out = structuredClone(layout);
  out.paper_bgcolor = out.plot_bgcolor = "rgba(0,0,0,0)";
  const { scale = 1 } = theme;
  out.font = { ...out.font, size: scale * out.font.size, color: theme.muted, family: theme.font };
  for (const side of Object.keys(out.margin)) out.margin[side] *= scale;
  out.hoverlabel = {
    ...out.hoverlabel,
    bgcolor: theme.secondary,
    bordercolor: theme.border,
    font: { color: theme.text, family: theme.font, size: 13 * scale },
  };
  out.modebar = { bgcolor: "rgba(0,0,0,0)", color: mix(theme.background, theme.text, 0.4), activecolor: theme.primary };
  for (const name of Object.keys(out).filter((key) => /^[xy]axis/.test(key))) {
    out[name] = {
      ...out[name],
      gridcolor: theme.grid,
      linecolor: theme.border,
      tickcolor: theme.border,
      zerolinecolor: theme.grid,
    };
  }
  return out;
}
