// The schedule of annealing as a hand changes it: where v starts, and when it is 1. Arrow keys do the same.
import { html } from "../drawing/dom.js";

/** @import { Lab } from "./types.d.ts" */

const STEPS = { start: 0.05, end: 10 }; // of v, and of iterations
const [LOWEST, FEWEST, MOST] = [0.05, 10, 5000];

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** The nearest v that there is to start at. */
export const startOf = (v) => Number(clamp(Math.round(v / STEPS.start) * STEPS.start, LOWEST, 1).toFixed(2));

/** How many iterations there are when v is to be 1 at one of them, in tens. */
export const iterationsOf = (end, share) => clamp(Math.round(end / share / STEPS.end) * STEPS.end, FEWEST, MOST);

/** A range of iterations in which the end of a schedule lies well within reach, and can be drawn farther out. */
export const roomOnTheRight = ([first, last], { max_iter, share }) => [first, Math.max(last, 1.15 * Math.round(max_iter * share))];

/** What a schedule is after a key on one of its handles; null where the key is none of theirs. */
export function after(name, key, { start_v: v, max_iter: most }) {
  const by = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5, Home: -Infinity, End: Infinity }[key];
  if (!by) return null;
  if (name === "start") return { start_v: startOf(clamp(v + by * STEPS.start, LOWEST, 1)), max_iter: most };
  return { start_v: v, max_iter: clamp(most + by * STEPS.end, FEWEST, MOST) };
}

export class Schedule {
  /**
   * @param {any} plot where Plotly draws; its first axes are those of the schedule
   * @param {(told: { start_v: number, max_iter: number }) => void} tell
   */
  constructor(plot, tell) {
    this.plot = plot;
    this.tell = tell;
    /** @type {Lab} */
    this.lab = null;
    this.timer = 0; // until a key is told
    this.handles = {
      start: this.handle("start", "Where v starts"),
      end: this.handle("end", "The iteration at which v is 1"),
    };
  }

  handle(name, label) {
    const own = { class: `em-tune-handle em-tune-${name}`, role: "slider", tabindex: 0, "aria-label": label, title: `${label}: drag, or use the arrow keys.` };
    const handle = html("div", { ...own, onkeydown: (event) => this.key(name, event), onpointerdown: (event) => this.drag(name, event) });
    handle.hidden = true;
    return handle;
  }

  /** @param {Lab} [lab] */
  show(lab) {
    this.lab = lab ?? null;
    if (lab && !this.timer) this.wanted = { start_v: lab.start_v, max_iter: lab.max_iter }; // else a key is yet to be told
    if (!lab) for (const handle of Object.values(this.handles)) handle.hidden = true; // else it would lose the focus
  }

  /** Let the handles be where Plotly has drawn the schedule. */
  place() {
    const { xaxis: x, yaxis: y } = this.plot._fullLayout ?? {};
    if (!this.lab || !x?._length) return;
    const { start_v: v, max_iter: most } = this.wanted;
    const end = Math.round(most * this.lab.share);
    const at = { start: [1, v], end: [end, 1] };
    for (const [name, handle] of Object.entries(this.handles)) {
      if (handle.parentElement !== this.plot) this.plot.append(handle);
      const [t, value] = at[name];
      const px = Math.min(x._offset + x.l2p(t), x._offset + x._length); // at the edge, where a hand has zoomed in
      const py = y._offset + y.l2p(Math.log10(value));
      handle.hidden = false;
      handle.style.transform = `translate(${px.toFixed(1)}px, ${py.toFixed(1)}px)`;
      handle.setAttribute("aria-valuenow", name === "start" ? v : end);
      handle.setAttribute("aria-valuemin", name === "start" ? LOWEST : Math.round(FEWEST * this.lab.share));
      handle.setAttribute("aria-valuemax", name === "start" ? 1 : Math.round(MOST * this.lab.share));
      handle.setAttribute("aria-valuetext", name === "start" ? `v = ${v}` : `iteration ${end}, of ${most}`);
      handle.dataset.says = handle.getAttribute("aria-valuetext");
    }
  }

  /** The pointer drags a handle; Python is told once it is let go. */
  drag(name, event) {
    event.preventDefault();
    event.stopPropagation();
    const handle = this.handles[name];
    clearTimeout(this.timer);
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    const { left, top } = this.plot.getBoundingClientRect();
    const { xaxis: x, yaxis: y } = this.plot._fullLayout;
    const move = ({ clientX, clientY }) => {
      if (name === "start") this.wanted.start_v = startOf(10 ** y.p2l(clientY - top - y._offset));
      else this.wanted.max_iter = iterationsOf(x.p2l(clientX - left - x._offset), this.lab.share);
      this.place();
    };
    const stop = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", stop);
      handle.removeEventListener("pointercancel", stop);
      this.settle();
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", stop);
    handle.addEventListener("pointercancel", stop);
  }

  key(name, event) {
    const wanted = after(name, event.key, this.wanted);
    if (!wanted) return;
    event.preventDefault();
    event.stopPropagation();
    this.wanted = wanted;
    this.place();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), 500);
  }

  settle() {
    this.timer = 0;
    const { start_v, max_iter } = this.wanted;
    if (start_v !== this.lab.start_v || max_iter !== this.lab.max_iter) this.tell({ start_v, max_iter });
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
