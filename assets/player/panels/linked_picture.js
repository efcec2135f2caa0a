// One of several pictures of the same points on the same axes: zooming, panning and pointing in one shows in all.
import { nearest, roomFor } from "../drawing/axes.js";
import { fitted } from "../drawing/picture_layout.js";
import { DensityPicture } from "./density.js";

const APART = 50; // milliseconds between the pictures that turn still, so that no frame waits for all of them
const TIGHT = { l: 40, r: 6, t: 4, b: 36 };
const TITLE = 16; // pixels for the title of the vertical axis

/** The pictures that look at the same part of the axes. */
export class Link {
  constructor() {
    this.pictures = [];
  }

  /** All follow what one of them is zoomed or panned to, once a frame. */
  follow(source) {
    this.source = source;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      const now = this.source.zoomed();
      if (now) for (const picture of this.pictures) if (picture !== this.source) picture.join(now, this.source);
    });
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
    for (const picture of this.pictures) picture.destroy();
  }
}

export class LinkedPicture extends DensityPicture {
  /** `act` has busy, pick(point) for a click and hover(point) for the pointer; null is no point. */
  constructor(panel, act, link) {
    super(panel, { hold: () => act.busy, pick: (point) => act.pick(point) });
    this.act = act;
    this.link = link;
    this.alone = false;
    this.order = link.pictures.push(this);
    this.vertical = "of the picture";
    const place = ({ clientX, clientY }) => {
      const { left, top } = this.frame.getBoundingClientRect();
      return [clientX - left, clientY - top];
    };
    const move = (event) => event.pointerType !== "touch" && !event.buttons && this.scene && this.pointed(place(event));
    this.frame.addEventListener("pointermove", move, true);
    this.frame.addEventListener("pointerleave", () => this.pointed(null));
  }

  /** The pointer is at a place in pixels, or has left. */
  pointed(place) {
    const view = place && this.view();
    this.act.hover(view ? nearest(this.scene.points, place, view) : null);
  }

  /** Put the ring round a point, or take it away. */
  circle(point) {
    const view = this.scene && this.view();
    if (!view) return;
    this.scene.picked = point;
    this.encircle(view);
  }

  /** Whether it stands in the first column, or goes out alone. */
  get titled() {
    const body = this.frame.closest(".em-body");
    return this.alone || !body || this.frame.getBoundingClientRect().left - body.getBoundingClientRect().left < 4;
  }

  get tight() {
    const { scale = 1 } = this.style.theme;
    const l = roomFor(this.axes.y, TIGHT.l) + (this.titled ? TITLE : 0);
    return { l: l * scale, r: TIGHT.r * scale, t: TIGHT.t * scale, b: TIGHT.b * scale };
  }

  get margin() {
    return this.alone ? super.margin : this.tight;
  }

  // The ranges are always said in full, so Plotly need not remember what a hand has changed.
  get layout() {
    const layout = { ...super.layout, uirevision: undefined };
    if (this.alone) return layout;
    layout.font = { ...layout.font, size: 11 * (this.style.theme.scale ?? 1) };
    for (const axis of [layout.xaxis, layout.yaxis]) Object.assign(axis, { nticks: 6, ticklen: 3 });
    if (!this.titled) layout.yaxis.title = undefined;
    return layout;
  }

  /** The stage makes room for all. */
  makeRoom() {}

  settleSoon(delay) {
    super.settleSoon(delay + APART * (this.order - 1));
  }

  zooming() {
    super.zooming();
    this.link.follow(this);
  }

  whole() {
    for (const picture of this.link.pictures) picture.turn([picture.axes.x, picture.axes.y]);
  }

  /** Look where another picture looks; their vertical axes may measure different things. */
  join([x, y], other) {
    const own = this.zoomed();
    if (!own) return;
    if (other.vertical !== this.vertical) y = own[1];
    if (JSON.stringify(own) !== JSON.stringify([x, y])) this.turn([x, y]);
  }

  /**
   * Change the ranges without the still figure's traces, which would make this slow.
   * @param {number[][]} ranges
   */
  turn([x, y]) {
    if (!this.drawn || !this.scene || !this.frame.clientWidth) return;
    const layout = fitted(this.layout, this.frame);
    layout.xaxis.range = [...x];
    layout.yaxis.range = [...y];
    this.quiet = true;
    const done = this.plotly.react(this.plot, [], layout, this.config);
    Promise.resolve(done).then(() => (this.quiet = false));
    super.zooming();
  }

  toImage() {
    this.alone = true;
    try {
      return super.toImage();
    } finally {
      this.alone = false;
    }
  }
}
