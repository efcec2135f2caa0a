// The panel that says how two models differ: a signed map of their densities, and the points they dispute.
import { DifferencePainter } from "../drawing/difference_paint.js";
import { html, write } from "../drawing/dom.js";
import { densityAt, differing, readRow, signedLine } from "../maths/signed.js";
import { minus, significant } from "../maths/text.js";
import { LinkedPicture } from "./linked_picture.js";

const SHARE = 0.25; // of the time while playing may go into this picture

export class Difference extends LinkedPicture {
  /** `act` has hover(point), pick(point) and choose(), called when another pair has been chosen. */
  constructor(panel, act, link, letters) {
    super(panel, { busy: true, hover: (point) => act.hover(point), pick: (point) => act.pick(point) }, link);
    this.frame.setAttribute("aria-label", "Difference of two densities, and points in different clusters");
    this.painter = new DifferencePainter(this.canvas);
    this.pair = [0, 1];
    this.chosen = false;
    this.letters = letters;
    this.words = panel.querySelector("small");
    this.legend = html("p", { class: "em-legend" });
    this.tip = html("p", { class: "em-tip", hidden: true });
    this.absent = html("p", { class: "em-absent", hidden: true });
    this.frame.append(this.legend, this.tip, this.absent);
    const names = ["First model", "Second model"];
    const options = () => letters.map((letter, i) => html("option", { value: i }, letter));
    const choose = (side) => (event) => {
      this.take(side, Number(event.target.value));
      act.choose();
    };
    this.selects = names.map((name, side) =>
      html("select", { "aria-label": name, "data-part": "pair", title: name, onchange: choose(side) }, ...options()),
    );
    if (letters.length > 2) panel.querySelector("h3 span").after(...this.selects);
    this.cost = this.shownAt = 0;
  }

  /** Choose a model for one side; chosen for both, the sides change places. */
  take(side, model) {
    const before = this.pair[side];
    const other = this.pair[1 - side] === model ? before : this.pair[1 - side];
    this.pair = side === 0 ? [model, other] : [other, model];
    this.chosen = true;
    this.height = 0;
  }

  dress(fixed, theme, plotly) {
    this.painter.dress(theme);
    const run = fixed !== this.fixed;
    if (run) this.height = 0;
    this.vertical = fixed.dimension === 1 ? "difference" : "of the picture";
    super.dress(fixed, theme, plotly);
    if (!run && this.drawn && this.scene) this.turn(this.zoomed());
  }

  get layout() {
    const layout = super.layout;
    if (this.fixed.dimension === 1 && this.titled) layout.yaxis.title = { text: "difference of densities" };
    layout.xaxis.title = undefined; // the legend stands there
    return layout;
  }

  remark() {
    return "";
  }

  /**
   * Show two of the scenes; while playing only as often as its cost allows.
   * @param {import("../wire/history.js").Scene[]} scenes
   * @param {{ picked?: number, running?: boolean, now?: number }} how
   */
  compare(scenes, { picked, running, now }) {
    if (!this.chosen) {
      const usable = scenes.flatMap((scene, i) => (scene ? [i] : []));
      this.pair = usable.length > 1 ? usable.slice(0, 2) : [0, 1];
    }
    this.pair.forEach((model, side) => (this.selects[side].value = model));
    const [a, b] = this.pair.map((model) => scenes[model]);
    const missing = this.pair.filter((model) => !scenes[model]).map((model) => this.letters[model]);
    this.blank(missing);
    if (missing.length || (running && now - this.shownAt < this.cost / SHARE)) return;
    const begun = performance.now();
    const differ = differing(a, b);
    const { points } = a;
    this.show({ a, b, points, differ, picked, focus: null });
    this.cost = performance.now() - begun;
    this.shownAt = now;
    const total = points.x.length.toLocaleString("en-GB");
    write(
      this.words,
      differ ? `${differ.length.toLocaleString("en-GB")} of ${total} points differ` : "no clusters yet",
    );
    this.point(picked);
  }

  blank(missing) {
    this.absent.hidden = !missing.length;
    this.legend.hidden = Boolean(missing.length);
    this.frame.parentElement.classList.toggle("em-blank", Boolean(missing.length));
    const [first, second] = this.pair.map((model) => this.letters[model]);
    if (missing.length) {
      write(this.absent, `${missing.join(" and ")} ${missing.length > 1 ? "have" : "has"} no picture to compare.`);
      write(this.words, "");
      this.tip.hidden = true;
    }
    const key = `${first} ${second} ${this.painter.theme?.key}`;
    if (missing.length || key === this.named) return;
    this.named = key;
    const name = (letter, colour) => html("span", { style: `--em-name:${colour}` }, `more in ${letter}`);
    const { names } = this.painter.colours;
    this.legend.replaceChildren(name(first, names[0]), name(second, names[1]));
  }

  /** In one dimension the vertical axis holds the largest difference there has been, and is even round zero. */
  show(scene) {
    this.scene = scene;
    if (this.fixed.dimension === 1) this.raise();
    super.show(scene);
  }

  raise() {
    const { y } = signedLine(this.scene.a, this.scene.b, this.axes);
    const most = y.reduce((high, v) => Math.max(high, Math.abs(v)), 0);
    if (this.height && most <= this.height) return;
    this.height = 2 ** (Math.ceil(2 * Math.log2(most * 1.1 || 1e-6)) / 2);
    super.widen({ x: this.axes.x, y: [-this.height, this.height] });
  }

  widen(axes) {
    if (this.fixed.dimension === 2) return super.widen(axes);
    if (axes.x.some((v, end) => v !== this.axes.x[end])) super.widen({ x: axes.x, y: this.axes.y });
  }

  pointed(place) {
    super.pointed(place);
    this.place = place;
    this.point(this.scene?.picked ?? null);
  }

  circle(point) {
    super.circle(point);
    this.point(point);
  }

  /** What the two models say of a point, or of the place under the pointer. */
  point(picked) {
    const text = this.scene && this.absent.hidden ? this.reading(picked) : "";
    this.tip.hidden = !text;
    write(this.tip, text);
  }

  reading(picked) {
    const { a, b } = this.scene;
    const [first, second] = this.pair.map((model) => this.letters[model]);
    const models = [
      { letter: first, scene: a },
      { letter: second, scene: b },
    ];
    const view = this.place && this.view();
    if (!view) return "";
    if (picked !== null) return readRow(this.fixed.points.id?.[picked] ?? picked + 1, picked, models);
    const [px, py] = this.place;
    const x = view.x[0] + ((px - view.left) / view.w) * (view.x[1] - view.x[0]);
    const y = view.y[1] - ((py - view.top) / view.h) * (view.y[1] - view.y[0]);
    if (x < view.x[0] || x > view.x[1] || y < view.y[0] || y > view.y[1]) return "";
    const place = this.fixed.dimension === 1 ? [x] : [x, y];
    const [p, q] = [a, b].map((scene) => densityAt(scene, place, this.style.unit));
    const less = p > q ? `+${significant(p - q, 3)}` : significant(p - q, 3);
    return minus(`density ${first} ${significant(p, 3)} · ${second} ${significant(q, 3)} · difference ${less}`);
  }
}
