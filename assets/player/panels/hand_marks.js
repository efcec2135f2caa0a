// What hands on the picture draw over it: pins, the outline of what is in hand, and its handles.
import { svg } from "../drawing/dom.js";
import { ellipse } from "../maths/gaussians.js";
import { handlesOf, toPixels } from "../maths/hands.js";
import { pixelsOf } from "./hand_placing.js";

/** @import { Hands } from "./hands.js" */
/** @import { View } from "../maths/hands.js" */

/**
 * @param {Hands} hands
 * @param {View} view
 */
export function marksOf({ scene, components, inHand, able, presses, placing }, view) {
  const pins = (scene.shape.pins ?? []).map((j) => {
    const [{ at }] = handlesOf(components[j], view);
    return svg("rect", { class: "em-hand-pin", x: at[0] - 8, y: at[1] - 8, width: 16, height: 16 });
  });
  if (placing.on) return [...pins, ...placing.all.map((place) => handle("move", pixelsOf(place, view)))];
  if (!inHand) return pins;
  const handles = handlesOf(inHand, view, { ...able, near: presses.drag?.place }).map(({ kind, at }, i) => handle(kind, at, i === presses.grip));
  return [...pins, ...outline(inHand, view), ...handles];
}

const handle = (kind, at, held = false) => {
  const [cx, cy] = at;
  return svg("circle", { class: `em-hand em-hand-${kind}${held ? " em-hand-held" : ""}`, cx, cy, r: kind === "move" ? 11 : 7 });
};

/** Of two standard deviations, as far as the axes reach. */
function outline({ center, spread }, view) {
  if (center.length < 2) return [];
  const [xs, ys] = ellipse([1, ...center, spread[0][0], spread[0][1], spread[1][1]], 2);
  const line = xs.map((x, i) => toPixels(view, [x, ys[i]]).map((v) => v.toFixed(1))).join("L");
  const { left: x, top: y, w: width, h: height } = view;
  const inside = { x, y, width, height, viewBox: [x, y, width, height].join(" ") };
  return [svg("svg", inside, svg("path", { class: "em-hand-outline", d: `M${line}Z` }))];
}
