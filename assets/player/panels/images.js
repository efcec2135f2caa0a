// Data that are images: the components' means and samples, and the picked row's own picture.
import { html, write } from "../drawing/dom.js";
import { pigments } from "../drawing/theme.js";
import { mix, rgb } from "../maths/colour.js";
import { percent } from "../maths/text.js";

export class Images {
  constructor(panel) {
    this.panel = panel;
    /** @type {import("../drawing/theme.js").Pigments} */
    this.colours = null;
    /** @type {number[][]} */
    this.greys = null;
  }

  /**
   * @param {import("../wire/types.d.ts").Fixed} fixed
   * @param {import("../drawing/theme.js").Theme} theme
   */
  dress(fixed, theme) {
    const of = (share) => rgb(mix(theme.background, theme.text, share));
    Object.assign(this, { colours: pigments(fixed, theme), greys: Array.from({ length: 256 }, (_, v) => of(v / 255)) });
    this.key = null;
  }

  /**
   * The last pictures known, dimmed when they are not of the shown half-step.
   * @param {import("../wire/types.d.ts").Detail} detail
   * @param {import("../wire/history.js").Scene} scene
   * @param {(row: number) => number} name
   */
  show(detail, { picked, explained, detail: current }, name) {
    const fresh = current === detail;
    this.panel.classList.toggle("em-dim", !fresh);
    if (detail !== this.detail || this.key === null) this.build(detail);
    const row = fresh ? picked : null;
    if (this.key === `${row}`) return;
    this.key = `${row}`;
    this.mark(row === null ? [] : explained);
    this.own.replaceChildren(...(row === null ? [] : this.explain(row, explained, name(row))));
  }

  /** @param {import("../wire/types.d.ts").Detail} detail */
  build(detail) {
    const { shape, max, means, samples } = detail.images;
    const pixels = shape[0] * shape[1];
    const count = means.length / pixels;
    this.detail = detail;
    this.key = "";
    this.own = html("div", { class: "em-own" });
    this.shares = [];
    const cards = Array.from({ length: count }, (_, k) => {
      const part = (from, at) => from.subarray(at * pixels, (at + 1) * pixels);
      const small = samples ? [0, 1, 2].map((s) => this.draw(part(samples, 3 * k + s), shape, max, "sample")) : [];
      this.shares[k] = html("span", { class: "em-share" });
      const mean = this.draw(part(means, k), shape, max, `mean of component ${k + 1}`);
      const head = html("p", {}, this.chip(k), this.shares[k]);
      return html("div", { class: "em-card" }, head, mean, html("div", { class: "em-samples" }, ...small));
    });
    this.cards = cards;
    const words = "The mean of each component of the first layer, and three samples drawn from it.";
    const hint = detail.images.points ? " Click a point to see its own picture." : "";
    const grid = html("div", { class: "em-cards" }, ...cards);
    this.panel.replaceChildren(html("p", { class: "em-quiet" }, words + hint), this.own, grid);
  }

  chip(k) {
    return html("span", {}, html("span", { class: "em-chip", style: `background:${this.colours.of(k)}` }), `${k + 1}`);
  }

  /** The picked row beside the means of the components that explain it. */
  explain(row, explained, name) {
    const { shape, max, means, points } = this.detail.images;
    if (!points) return [];
    const pixels = shape[0] * shape[1];
    const part = (from, at) => from.subarray(at * pixels, (at + 1) * pixels);
    const figure = (canvas, ...words) => html("figure", {}, canvas, html("figcaption", {}, ...words));
    const beside = explained.map(({ path, probability }) => {
      const way = path.map((k) => k + 1).join(" › ");
      const mean = this.draw(part(means, path[0]), shape, max, `mean of component ${path[0] + 1}`);
      return figure(
        mean,
        html("span", { class: "em-chip", style: `background:${this.colours.of(path[0])}` }),
        `${way}: ${percent(probability)}`,
      );
    });
    return [figure(this.draw(part(points, row), shape, max, `row ${name}`), `row ${name}`), ...beside];
  }

  mark(explained) {
    this.cards.forEach((card, k) => {
      const share = explained.filter(({ path }) => path[0] === k).reduce((sum, e) => sum + e.probability, 0);
      card.classList.toggle("em-explains", share > 0);
      write(this.shares[k], share > 0 ? percent(share) : "");
    });
  }

  /** A crisp picture, one canvas pixel a pixel: 0 is the background, `max` the ink. */
  draw(values, [height, width], max, name) {
    const canvas = html("canvas", { width, height, role: "img", "aria-label": name, class: "em-image" });
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(width, height);
    values.forEach((v, i) => {
      const grey = this.greys[Math.round(255 * Math.min(1, Math.max(0, v / max)))];
      image.data.set([...grey, 255], 4 * i);
    });
    pen.putImageData(image, 0, 0);
    return canvas;
  }
}
