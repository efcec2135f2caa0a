// Small helpers to build HTML and SVG.

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export const html = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) =>
  build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** Change text only when it differs: an untouched text node costs no layout. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function attribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

const ICONS = {
  reset: "M6 5v14M19 5.5v13L9 12z",
  back: "M16 5.5v13L6 12zM18.5 5.5v13",
  play: "M7 4.5v15L19.5 12z",
  pause: "M7.5 5h3v14h-3zM13.5 5h3v14h-3z",
  forward: "M8 5.5v13L18 12zM5.5 5.5v13",
  present: "M3 4.5h18v11.5h-18zM12 16v4M8 20h8",
  class: "M4 6h8M4 12h8M4 18h8M15.5 6l1.8 1.8L20.5 4.5M15.5 12l1.8 1.8L20.5 10.5M15.5 18l1.8 1.8L20.5 16.5",
  room: "M9 11a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7zM2.5 20c0-4 2.9-6.5 6.5-6.5s6.5 2.5 6.5 6.5M16 4.6a3.2 3.2 0 0 1 0 5.8M18 14.2c2.2.9 3.5 3 3.5 5.8",
  "hand-look": "M5 3.5l6 16l2.4-6.6l6.6-2.4z",
  "hand-move": "M12 3v18M3 12h18M12 3l-2.6 2.8M12 3l2.6 2.8M12 21l-2.6-2.8M12 21l2.6-2.8M3 12l2.8-2.6M3 12l2.8 2.6M21 12l-2.8-2.6M21 12l-2.8 2.6",
  "hand-place": "M12 2.5v5M12 16.5v5M2.5 12h5M16.5 12h5M12 10.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 0 0 0-3.6z",
  "hand-numbers": "M4.5 8l3-2.5v13M13 9c0-4.6 6.5-4.4 6.5-.4c0 3-3.4 5.6-6.5 9.9h7",
  "hand-split": "M7 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM17 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM12 3.5v3M12 10.5v3M12 17.5v3",
  "hand-merge": "M9 6a6 6 0 1 0 0 12a6 6 0 0 0 0-12zM15 6a6 6 0 1 0 0 12a6 6 0 0 0 0-12z",
  "hand-delete": "M5 7h14M9 7v-2.5h6v2.5M7 7l1 13h8l1-13M10.5 10.5v6M13.5 10.5v6",
  "hand-pin": "M9 3.5h6l-.8 6l3.3 3.5h-11l3.3-3.5zM12 13v7.5",
  "hand-undo": "M9 5l-5 4.5l5 4.5M4.5 9.5h9a6 5.2 0 0 1 0 10.5h-4",
  close: "M6 6l12 12M18 6l-12 12",
  linger: "M12 7v5l3.5 2M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17z",
};

export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: `em-icon em-icon-${name}`, "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }),
  );
}

/** Plotly's drag layer swallows clicks, so a press and release in one place counts as one. Gives a way to stop. */
export function onPress(frame, act) {
  let down = null;
  const press = (event) => {
    down = event.target.closest?.(".modebar") ? null : [event.clientX, event.clientY];
  };
  const release = (event) => {
    const near = down && Math.hypot(event.clientX - down[0], event.clientY - down[1]) <= 4;
    down = null;
    const { left, top } = frame.getBoundingClientRect();
    if (near) act([event.clientX - left, event.clientY - top]);
  };
  frame.addEventListener("pointerdown", press, true);
  addEventListener("pointerup", release, true);
  return () => removeEventListener("pointerup", release, true);
}
