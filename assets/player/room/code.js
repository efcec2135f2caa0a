// The code of a room, as large as a projector shows it, for those who want to follow.
import { html } from "../drawing/dom.js";

const LOCAL = /^(localhost|127\.|\[::1\])/;

/**
 * Show code, QR code and address.
 * @param {import("./seat.js").Seat} seat
 * @param {{ address: { qr: string, lacks: string }, root: HTMLElement, arrangement: string[] }} player
 */
export function showRoom(seat, { address: { qr, lacks }, root, arrangement }) {
  const { code, own } = seat;
  const address = [seat.address, ...arrangement].join("&"); // what is arranged for a class is so for those who follow
  const picture = new URL(`${qr}?text=${encodeURIComponent(address)}`, document.baseURI);
  const said = html("p", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(own);
      said.textContent = "Your own link is copied. Whoever has it leads this room: keep it to yourself.";
    } catch {
      said.textContent = "The browser does not allow a page without a secure connection to copy.";
    }
  };
  const local = LOCAL.test(location.host) ? "This address works on this computer alone: open the page by its address in the network." : "";
  const words = [local, lacks].filter(Boolean).join(" ");
  const close = html("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const dialog = html(
    "dialog",
    { class: "em-code em-room-code", "aria-label": `Room ${code}` },
    html("p", {}, "Follow me: scan this, or type the code on the page"),
    html("strong", {}, code),
    html("img", { src: picture.href, alt: `QR code of ${address}` }),
    html("p", {}, address),
    ...(words ? [html("p", { class: "em-warning" }, words)] : []),
    html("div", {}, close, html("button", { type: "button", onclick: copy }, "Copy my own link")),
    said,
  );
  dialog.addEventListener("close", () => dialog.remove());
  root.append(dialog);
  dialog.showModal();
  return dialog;
}
