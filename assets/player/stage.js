// What stands on the screen: the panels and their parts, dressed in the page's colours and painted together.
import { Controls } from "./controls.js";
import { Curve } from "./curve.js";
import { html } from "./dom.js";
import { Network } from "./network.js";
import { Numbers } from "./numbers.js";
import { iterationOf, showsHalves } from "./pacing.js";
import { readFocus, readPoint } from "./paths.js";
import { Picture } from "./picture.js";
import { Status } from "./status.js";

const NUMBERS_EVERY = 66; // milliseconds between changes of the tables while playing

function panel(name, title) {
  const head = html("h3", {}, html("span", {}, title), html("small"));
  return html("div", { class: `em-panel em-${name}-panel` }, head);
}

export class Stage {
  /** `act` is the player: what its buttons and panels call. */
  constructor(parent, act) {
    const picture = panel("density", "Density");
    const network = panel("network", "Network");
    const curve = panel("curve", "Log-likelihood");
    const [bar, status, numbers] = ["controls", "status", "numbers"].map((name) =>
      html("div", { class: `em-${name}` }),
    );
    this.root = html(
      "section",
      { class: "em-player", "data-testid": "em-player", "data-state": "paused" },
      html("div", { class: "em-body" }, picture, network, curve, bar, status, numbers),
    );
    this.name("");
    parent.replaceChildren(this.root);
    this.picture = new Picture(picture, { hold: () => act.busy, pick: (point) => act.pick(point) });
    this.network = new Network(network, () => act.focused());
    this.curve = new Curve(curve, (iteration) => act.jump(iteration));
    this.note = curve.querySelector("small");
    this.controls = new Controls(bar, act);
    this.status = new Status(status, picture.querySelector("small"));
    this.numbers = new Numbers(numbers, act);
    this.numbersAt = 0;
  }

  name(title, note = "") {
    this.root.setAttribute("aria-label", title || "Player of a mixture model's fit");
    if (this.note) this.note.textContent = note;
  }

  /** Colours and figures, when the run or the theme is new; gives whether anything changed. */
  dress(history, theme) {
    if (this.theme === theme.key && this.dressed === history) return false;
    Object.assign(this, { theme: theme.key, dressed: history });
    const { background, text, muted, border, secondary, primary, grid, onPrimary } = theme;
    const colours = { background, text, muted, border, secondary, primary, grid, "on-primary": onPrimary };
    for (const [name, value] of Object.entries(colours)) this.root.style.setProperty(`--em-${name}`, value);
    this.root.classList.toggle("em-dark", theme.dark);
    this.root.classList.toggle("em-deep", history.fixed.network.layers.length > 1);
    this.picture.dress(history.fixed, theme, window.Plotly);
    this.network.dress(history.fixed, theme);
    this.curve.dress(history.fixed, theme, history);
    this.numbers.dress(history.fixed, theme);
    return true;
  }

  plotlyReady(plotly) {
    this.curve.plotlyReady(plotly);
    this.picture.plotlyReady(plotly);
  }

  /** Paint one half-step everywhere at once. */
  paint(scene, history, { at, now, running, wanted, atEnd, linger, settings, slow, error }) {
    const numbers = !running || now - this.numbersAt > NUMBERS_EVERY;
    this.picture.show(scene);
    this.network.show(scene, numbers);
    this.curve.show(at, now);
    if (numbers) {
      this.numbers.show(scene, history);
      this.numbersAt = now;
    }
    this.controls.show({
      iteration: wanted === null ? scene.iteration : iterationOf(wanted),
      last: history.last,
      known: history.newest,
      running: running || wanted !== null,
      atStart: at === 0,
      atEnd,
      linger,
    });
    const end = atEnd ? history.end : null;
    this.status.show({
      scene,
      readout: this.readout(scene, history.fixed, running),
      error,
      end,
      running,
      slow: slow || (running && showsHalves(settings)),
    });
    Object.assign(this.root.dataset, { run: history.run, iteration: scene.iteration, half: scene.half });
  }

  /** One line about the point or the part of the network that is looked at. */
  readout({ focus, picked, explained, paths, shape }, fixed, running) {
    const deep = fixed.network.layers.length > 1;
    if (focus) return readFocus(focus, fixed.network, shape.net, shape.g, paths);
    if (picked === null || running) return "";
    return readPoint(fixed.points.id?.[picked] ?? picked + 1, explained, deep);
  }

  destroy() {
    for (const part of [this.picture, this.network, this.curve, this.controls]) part.destroy();
    this.root.remove();
  }
}
