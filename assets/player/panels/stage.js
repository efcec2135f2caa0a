// What stands on the screen: the panels and their parts, dressed in the page's colours and painted together.
import { write } from "../drawing/dom.js";
import { showsHalves } from "../time/pacing.js";
import { readFocus, readPoint } from "../wire/paths.js";
import { Controls } from "./controls.js";
import { Curve } from "./curve.js";
import { DensityPicture } from "./density.js";
import { panel, part, root, wear } from "./frame.js";
import { Hands } from "./hands.js";
import { Legend, pictureSigns } from "./legend.js";
import { Network } from "./network.js";
import { Numbers } from "./numbers.js";
import { Status } from "./status.js";
import { uncertainty, uncertaintySwitch } from "./uncertainty.js";

const NUMBERS_EVERY = 66; // milliseconds between changes of the tables while playing

/**
 * @typedef {import("../wire/history.js").History} History
 * @typedef {import("../wire/history.js").Scene} Scene
 */

export class Stage {
  /** `act` is the player: what its buttons and panels call. */
  constructor(parent, act) {
    /** @type {string} */
    this.theme = null; // the key of what it is dressed in
    /** @type {History} */
    this.dressed = null;
    const picture = panel("density", "Density");
    const network = panel("network", "Network");
    const curve = panel("curve", "Log-likelihood");
    const [bar, status, numbers] = ["controls", "status", "numbers"].map(part);
    this.root = root(picture, network, curve, bar, status, numbers);
    this.name("");
    parent.replaceChildren(this.root);
    this.legend = new Legend(picture);
    this.picture = new DensityPicture(picture, { hold: () => act.busy, pick: (point) => act.pick(point) });
    this.hands = new Hands(this.picture, act);
    const reveal = () => {
      this.picture.reveal(uncertainty());
      act.repaint();
      act.turned();
    };
    picture.append(uncertaintySwitch(reveal));
    this.picture.reveal(uncertainty());
    this.network = new Network(network, () => act.focused());
    this.curve = new Curve(curve, (iteration) => act.jump(iteration));
    this.note = curve.querySelector("small");
    this.controls = new Controls(bar, act);
    this.status = new Status(status, picture.querySelector("small"), () => act.more());
    this.numbers = new Numbers(numbers, act);
    this.strip = this.numbers.tabs;
    this.numbersAt = 0;
  }

  name(title = "", note = "") {
    this.root.setAttribute("aria-label", title || "Player of a mixture model's fit");
    write(this.root.querySelector(".em-title"), title);
    if (this.note) this.note.textContent = note;
  }

  /**
   * Colours and figures, when the run or the theme is new; gives whether anything changed.
   * @param {History} history
   * @param {import("../drawing/theme.js").Theme} theme
   */
  dress(history, theme) {
    if (!history.fixed || !history.rows.length) return false;
    if (this.theme === theme.key && this.dressed === history) return false;
    Object.assign(this, { theme: theme.key, dressed: history });
    wear(this.root, theme);
    this.root.classList.toggle("em-deep", history.fixed.network.layers.length > 1);
    this.picture.dress(history.fixed, theme, window.Plotly);
    this.network.dress(history.fixed, theme);
    this.curve.dress(history.fixed, theme, history);
    this.numbers.dress(history.fixed, theme);
    write(this.root.querySelector(".em-told"), history.fixed.told);
    return true;
  }

  /** The pictures that one can point into. */
  get pictures() {
    return [this.picture];
  }

  plotlyReady(plotly) {
    this.curve.plotlyReady(plotly);
    this.picture.plotlyReady(plotly);
  }

  /**
   * Paint one half-step everywhere at once.
   * @param {Scene} scene
   * @param {History} history
   */
  paint(scene, history, { at, now, running, bar, settings, slow, error }) {
    const numbers = !running || now - this.numbersAt > NUMBERS_EVERY;
    this.picture.show(scene);
    this.hands.show(scene, history.fixed);
    this.legend.show(pictureSigns(scene, history.fixed.dimension, uncertainty()));
    this.network.show(scene, numbers);
    this.curve.show(at, now);
    if (numbers) {
      this.numbers.show(scene, history);
      this.numbersAt = now;
    }
    this.controls.show(bar);
    const end = bar.atEnd ? history.end : null;
    this.status.show({
      scene,
      readout: this.readout(scene, history.fixed, running),
      error,
      end,
      running,
      slow: slow || (running && showsHalves(settings, at - 1)),
    });
    Object.assign(this.root.dataset, { run: history.run, iteration: scene.iteration, half: scene.half });
  }

  /**
   * One line about the point or the part of the network that is looked at.
   * @param {Scene} scene
   * @param {import("../wire/types.d.ts").Fixed} fixed
   * @param {boolean} running
   */
  readout({ focus, picked, explained, paths, shape }, fixed, running) {
    const deep = fixed.network.layers.length > 1;
    if (focus) return readFocus(focus, fixed.network, shape.network, shape.gaussians, paths);
    if (picked === null || running) return "";
    return readPoint(fixed.points.id?.[picked] ?? picked + 1, explained, deep);
  }

  destroy() {
    for (const part of [this.hands, this.picture, this.network, this.curve, this.controls]) part.destroy();
    this.root.remove();
  }
}
