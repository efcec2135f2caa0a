// Taking hold of a component: handles, pulls and the edits that they are.
import assert from "node:assert/strict";
import test from "node:test";
import { componentIn, componentOf, handlesOf, nearestOf, pulled, scaling, snapped, toPixels, toPlace, turning, within } from "../../assets/player/maths/hands.js";
import { after, onGrid, shapeAfter, shaped, textOf } from "../../assets/player/maths/pulls.js";

const VIEW = { left: 50, top: 10, w: 600, h: 300, x: [0, 6], y: [0, 100] };
const ABLE = { turns: true, stretches: true };
const BLOBS = [
  [0.3, 2, 40, 0.25, 2, 100, 0],
  [0.7, 4, 60, 0.5, -1, 25, 1],
];
const near = (a, b, off = 1e-9) => a.flat(3).forEach((v, i) => assert.ok(Math.abs(v - b.flat(3)[i]) <= off * (1 + Math.abs(v)), `${a} is not ${b}`));

test("a component of several Gaussians has their moments", () => {
  const pair = [
    [0.2, 0, 0, 1, 0, 1, 3],
    [0.2, 2, 4, 1, 0, 1, 3],
  ];
  const { center, spread } = componentOf([...BLOBS, ...pair], 3);
  near(center, [1, 2]);
  near(spread, [
    [2, 2],
    [2, 5],
  ]);
  assert.equal(componentOf(BLOBS, 2), null);
  near(componentOf([[1, 5, 4, 0]], 0).spread, [[4]]);
});

test("pixels and places are each other's reverse", () => near(toPlace(VIEW, toPixels(VIEW, [1.25, 70])), [1.25, 70]));

test("to pull a handle to where it is changes nothing, and it stays under the hand", () => {
  for (const turns of [true, false]) {
    for (const j of [0, 1]) {
      const component = componentOf(BLOBS, j);
      const handles = handlesOf(component, VIEW, { turns, stretches: true });
      assert.deepEqual(
        handles.map(({ kind }) => kind),
        turns ? ["move", "stretch", "stretch", "turn"] : ["move", "stretch", "stretch"],
      );
      handles.forEach((handle, i) => {
        near(shaped(BLOBS, j, pulled(handle, component, VIEW, handle.at)), BLOBS, 1e-7);
        if (handle.kind === "turn") return;
        const to = [handle.at[0] + 31, handle.at[1] - 17];
        const moved = componentOf(shaped(BLOBS, j, pulled(handle, component, VIEW, to)), j);
        const at = handlesOf(moved, VIEW, { turns, stretches: true }).map((own) => own.at);
        if (handle.kind === "move") near(at[0], to, 1e-7);
        else near(toPixels(VIEW, moved.center), toPixels(VIEW, component.center), 1e-9);
      });
    }
  }
});

test("a stretch along an axis of the ellipse makes that axis longer alone, as it is seen", () => {
  const component = componentOf(BLOBS, 0);
  const [[cx, cy], first, second] = handlesOf(component, VIEW, ABLE).map(({ at }) => at);
  const twice = [cx + 2 * (first[0] - cx), cy + 2 * (first[1] - cy)];
  const longer = componentOf(shaped(BLOBS, 0, pulled(handlesOf(component, VIEW, ABLE)[1], component, VIEW, twice)), 0);
  const at = handlesOf(longer, VIEW, ABLE).map((own) => own.at);
  near(at[1], twice, 1e-6);
  near(at[2], second, 1e-6);
});

test("a turn is one of the picture: the ellipse keeps its size in pixels, and a whole one is none", () => {
  const component = componentOf(BLOBS, 0);
  const size = (c) => {
    const [[cx, cy], ...ends] = handlesOf(c, VIEW, ABLE).map(({ at }) => at);
    return ends.map(([x, y]) => Math.hypot(x - cx, y - cy));
  };
  let pull = null;
  for (let i = 0; i < 72; i++) pull = after(pull, { kind: "reshape", matrix: turning(Math.PI / 36, VIEW) });
  near(shaped(BLOBS, 0, pull), BLOBS, 1e-6);
  const turned = componentOf(shaped(BLOBS, 0, { kind: "reshape", matrix: turning(0.7, VIEW) }), 0);
  near(size(turned), size(component), 1e-6);
  const handle = handlesOf(component, VIEW, ABLE)[3];
  const [cx, cy] = toPixels(VIEW, component.center);
  const place = [cx + 80, cy - 5];
  const [tx, ty] = handlesOf(componentOf(shaped(BLOBS, 0, pulled(handle, component, VIEW, place)), 0), VIEW, ABLE)[3].at;
  const angle = (x, y) => Math.tan(Math.atan2(y - cy, x - cx));
  assert.ok(Math.abs(angle(tx, ty) - angle(...place)) < 1e-6);
});

test("the handle that turns goes with the hand, all the way round", () => {
  const component = componentOf([[1, 3, 50, 0.3, 0, 30, 0]], 0);
  const [cx, cy] = toPixels(VIEW, component.center);
  const handle = handlesOf(component, VIEW, ABLE)[3];
  for (let angle = 0; angle < 2 * Math.PI; angle += 0.1) {
    const hand = [cx + 60 * Math.cos(angle), cy - 60 * Math.sin(angle)];
    const turned = componentOf(shaped([[1, 3, 50, 0.3, 0, 30, 0]], 0, pulled(handle, component, VIEW, hand)), 0);
    const [x, y] = handlesOf(turned, VIEW, { ...ABLE, near: hand })[3].at;
    assert.ok(((x - cx) * (hand[0] - cx) + (y - cy) * (hand[1] - cy)) / Math.hypot(x - cx, y - cy) > 59, `${angle}`);
  }
});

test("handles of a component that reaches beyond the picture are within it, and pulled where they are they change nothing", () => {
  const wide = [[1, 1, 20, 9, 40, 900, 0]];
  const component = componentOf(wide, 0);
  for (const turns of [true, false]) {
    for (const handle of handlesOf(component, VIEW, { turns, stretches: true })) {
      const [x, y] = handle.at;
      assert.ok(x > VIEW.left && x < VIEW.left + VIEW.w && y > VIEW.top && y < VIEW.top + VIEW.h, `${handle.kind} at ${handle.at}`);
      near(shaped(wide, 0, pulled(handle, component, VIEW, handle.at)), wide, 1e-7);
    }
  }
});

test("a handle is at the end of an axis that lies within the picture", () => {
  const [[cx, cy], long] = handlesOf(componentOf([[1, 5.5, 50, 0.25, 0, 25, 0]], 0), VIEW, ABLE).map(({ at }) => at);
  near(long, [cx - 2 * 0.5 * 100, cy], 1e-9);
});

const LEANING = { gaussians: BLOBS, arrows: [[1.5, 30, 2, 40], [4, 60, 4, 60]] };

test("a component that leans is bent by where it begins, and its mean and covariance stay", () => {
  for (const j of [0, 1]) {
    const component = componentIn(LEANING, j);
    const bend = handlesOf(component, VIEW, { bends: true }).find(({ kind }) => kind === "bend");
    near(shapeAfter(LEANING, j, pulled(bend, component, VIEW, bend.at)).arrows, LEANING.arrows, 1e-9);
    const after = shapeAfter(LEANING, j, pulled(bend, component, VIEW, [bend.at[0] - 100, bend.at[1] + 30]));
    assert.equal(after.gaussians, BLOBS);
    const [x, y, ...mean] = LEANING.arrows[j];
    near(after.arrows[j], [x - 1, y - 10, ...mean], 1e-9);
    assert.deepEqual(after.arrows[1 - j], LEANING.arrows[1 - j]);
  }
  assert.equal(textOf({ kind: "bend", arrow: [0.5, -10] }, 0, "@pc"), "b1@pc(0.5,-10)");
});

test("its arrow is moved and turned with it", () => {
  const moved = shapeAfter(LEANING, 0, { kind: "move", place: [3, 50] });
  near(moved.arrows[0], [2.5, 40, 3, 50]);
  near(shapeAfter(LEANING, 0, { kind: "reshape", matrix: [[2, 0], [0.1, 1]] }).arrows[0], [1, 29.95, 2, 40]);
});

test("another weight is shared by the others as before, and the arrow stays", () => {
  const third = [0.1, 1, 20, 1, 0, 1, 2];
  const all = { gaussians: [...BLOBS.map(([w, ...g]) => [0.9 * w, ...g]), third], arrows: [...LEANING.arrows, [1, 20, 1, 20]] };
  const after = shapeAfter(all, 1, { kind: "weigh", weight: 0.2 });
  near(after.gaussians.map(([w]) => w), [(0.8 * 0.27) / 0.37, 0.2, (0.8 * 0.1) / 0.37]);
  near(after.gaussians.map((g) => g.slice(1)), all.gaussians.map((g) => g.slice(1)));
  assert.deepEqual(after.arrows, all.arrows);
  assert.equal(shaped([third], 2, { kind: "weigh", weight: 0.2 })[0], third, "there is none to share with");
  assert.equal(textOf(onGrid({ kind: "weigh", weight: 1 / 3 }, { decimals: [], digits: 6 }), 1, "@pc"), "w2(0.333333)");
});

test("components that are alike follow one that is stretched: to the same spread, or each with its own area", () => {
  const alike = [1, 4].map((size, j) => [0.5, 2 * j, 3 * j, size * 1, size * 0.5, size * 2, j]);
  const pull = { kind: "reshape", matrix: [[2, 0.3], [0, 1.5]] };
  const area = ([, , , a, b, c]) => a * c - b * b;
  for (const follow of [0, 1]) {
    const { gaussians: [own, other] } = shapeAfter({ gaussians: alike }, 0, pull, { follow });
    near([own, other].map((g) => g.slice(0, 3)), alike.map((g) => g.slice(0, 3)));
    near(own, shaped(alike, 0, pull)[0]);
    const times = follow ? Math.sqrt(area(alike[1]) / area(own)) : 4;
    near(other.slice(3, 6), own.slice(3, 6).map((v) => times * v), 1e-9);
  }
  assert.deepEqual(shapeAfter({ gaussians: alike }, 0, pull).gaussians[1], alike[1]);
  assert.deepEqual(shapeAfter({ gaussians: alike }, 0, { kind: "move", place: [1, 1] }, { follow: 0 }).gaussians[1], alike[1]);
  near(onGrid(pull, { decimals: [], digits: 9, round: true }).matrix, scaling(Math.sqrt(3), 2), 1e-8);
});

test("in one dimension it is moved across and made wider", () => {
  const line = { ...VIEW, y: [0, 1] };
  const bumps = [
    [0.5, 2, 0.25, 0],
    [0.5, 4, 1, 1],
  ];
  const component = componentOf(bumps, 0);
  const [move, wider, ...none] = handlesOf(component, line, ABLE);
  assert.deepEqual([move.kind, wider.kind, none.length], ["move", "stretch", 0]);
  near(shaped(bumps, 0, pulled(move, component, line, [350, 0])), [[0.5, 3, 0.25, 0], bumps[1]]);
  near(shaped(bumps, 0, pulled(wider, component, line, [450, 0])), [[0.5, 2, 1, 0], bumps[1]]);
  assert.equal(textOf(pulled(move, component, line, [350, 0]), 0, "@3"), "d1@3(3)");
});

test("pulls are written as Python reads them", () => {
  assert.equal(textOf({ kind: "move", place: [4.25, -79.5] }, 1, ""), "d2(4.25,-79.5)");
  assert.equal(textOf({ kind: "reshape", matrix: scaling(1.1, 2) }, 0, "@pc"), "t1@pc(1.1,0,0,1.1)");
  assert.match(textOf({ kind: "move", place: [1 / 3e9, 2e22] }, 0, ""), /^d1\([\d.]+e-\d+,2e\+22\)$/);
});

test("what is seen is on the grid of links, and what is on it stays", () => {
  const grid = { decimals: [4, -2], digits: 5 };
  const moved = onGrid({ kind: "move", place: [4.25123456, 79512.3] }, grid);
  assert.deepEqual(moved.place, [4.2512, 79500]);
  assert.deepEqual(onGrid(moved, grid), moved);
  const turned = onGrid({ kind: "reshape", matrix: turning(0.3, VIEW) }, grid);
  assert.ok(turned.matrix.flat().every((v) => String(v).replace(/^-?0?\.?0*/, "").replace(".", "").length <= 5));
  assert.deepEqual(onGrid(turned, grid), turned);
});

test("a mean that is put close to another one lies on it", () => {
  const components = [componentOf(BLOBS, 0), null, componentOf(BLOBS, 1)];
  assert.deepEqual(snapped([4.05, 60], components, 0, VIEW, 7), [4, 60]);
  assert.deepEqual(snapped([4.1, 60], components, 0, VIEW, 7), [4.1, 60]);
  assert.deepEqual(snapped([4.05, 60], components, 2, VIEW, 7), [4.05, 60], "its own is none");
});

test("what is near is taken, and what lies within an outline is found", () => {
  assert.equal(nearestOf([[0, 0], null, [9, 0]], [6, 0], 14), 2);
  assert.equal(nearestOf([[0, 0]], [15, 0], 14), -1);
  const components = [componentOf(BLOBS, 0), null, componentOf(BLOBS, 1)];
  assert.equal(within(components, [2.2, 45]), 0);
  assert.equal(within(components, [4, 61]), 2);
  assert.equal(within(components, [0.1, 95]), -1);
});
