// Whether the server can be reached, as Streamlit says on its outermost element.

const STATE = "data-test-connection-state";

export const OFFLINE =
  "The server cannot be reached. What is computed can still be played and scrubbed; the rest goes on by itself once it is back.";

/** Call `changed(there)` when the connection is lost or back; gives a function that stops watching. */
export function watchConnection(element, changed) {
  const app = element.closest(`[${STATE}]`);
  if (!app) return () => {}; // a page without a server
  const dialogs = new MutationObserver(dismiss);
  let there = true;
  const watch = new MutationObserver(() => {
    const now = app.getAttribute(STATE) === "CONNECTED";
    if (now === there) return;
    there = now;
    dialogs.disconnect();
    if (!there) dialogs.observe(document.body, { childList: true, subtree: true });
    changed(there);
  });
  watch.observe(app, { attributeFilter: [STATE] });
  return () => {
    watch.disconnect();
    dialogs.disconnect();
  };
}

/** Streamlit's message lies over the page and stops everything on it, also what works without a server. */
function dismiss() {
  for (const dialog of document.querySelectorAll('[data-testid="stDialog"]')) {
    if (!dialog.textContent.includes("Connection error")) continue;
    /** @type {HTMLButtonElement} */
    const close = dialog.querySelector('button[aria-label="Close"]');
    close?.click();
  }
}
