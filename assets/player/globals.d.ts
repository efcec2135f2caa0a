// What the page round the player has, beside what every browser has.

interface Window {
  /** Plotly's script, once it is loaded. */
  Plotly?: any;
}

interface HTMLElement {
  /** The player that is mounted here. */
  emPlayer?: import("./base.js").BasePlayer<any>;
}
