// Plotly: how it comes to the page, and what all its plots have in common.

export const CONFIG = {
  displaylogo: false,
  showSendToCloud: false,
  showTips: false,
  responsive: false,
  scrollZoom: false,
  doubleClick: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage", "autoScale2d", "resetScale2d"],
};

/** On a touch screen a finger scrolls the page; the plot does not catch it. */
export const coarse = () => matchMedia("(pointer: coarse)").matches;

const loading = new Map();

const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** window.Plotly, loaded once from `url` where it is absent: fetched at once, run only after the first picture. */
export function loadPlotly(url) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  if (!url) return Promise.reject(new Error("Plotly is missing"));
  if (!loading.has(url)) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: url }));
    loading.set(
      url,
      painted().then(() => run(url)),
    );
  }
  return loading.get(url);
}

function run(url) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url, async: true });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading.delete(url);
      reject(new Error("The axes could not be loaded. Reload the page to try again."));
    };
    document.head.append(script);
  });
}
