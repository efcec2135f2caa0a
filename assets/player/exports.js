// The files to take away: a button each, and a sentence on what it gives.
import { html } from "./dom.js";

const FILES = [
  [
    "rows-csv",
    "Rows with components (CSV)",
    "Your table, all rows and columns, with each row's component, probabilities and log density; rows left out say why.",
  ],
  ["rows-parquet", "Rows with components (Parquet)", "The same as a Parquet file, which keeps types and reads faster."],
  ["script", "Script (Python)", "A Python file that makes this run again, with the library mixes; its first lines tell how far the numbers agree."],
  ["notebook", "Notebook (Jupyter)", "The same as a Jupyter notebook, with the figures."],
  ["parameters", "Parameters (JSON)", "Those of the shown iteration; opened again as a start, they score other rows."],
  ["scikit-learn", "scikit-learn (Python)", "The same mixture as a scikit-learn GaussianMixture, in a Python file."],
  ["trace", "Trace (CSV)", "One line per iteration: log-likelihood, objective, temperature and every metric."],
  ["picture", "Picture (PNG)", "The density picture as it stands, 1600 by 1200 pixels."],
  ["animation", "Animation (GIF)", "The density picture from the start to the shown iteration, for a slide."],
];

/** [kind, label, sentence] of what there is for a model; of a replay, which has no Python behind it, the picture only. */
export const filesOf = (model, replay) =>
  FILES.filter(([kind]) => {
    if (replay) return kind === "picture";
    return kind !== "scikit-learn" || model !== "SkewGMM"; // it has no equal there
  });

export const exportChoice = (label, text, act) =>
  html("div", { class: "em-export" }, html("button", { type: "button", onclick: act }, label), html("p", {}, text));
