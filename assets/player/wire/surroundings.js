// What a player listens to beside its own buttons: hands elsewhere on the page, the connection, and the page's script.
import { watchConnection } from "./connection.js";
import { Requests } from "./requests.js";

export const MENU = '[data-testid="stPopoverBody"] [data-testid="stButton"] button'; // of buttons, one of which is chosen
const OUTSIDE = ["pointerdown", "click", "keydown", "focusin"];
const players = []; // on this page, the one last used first: it alone answers to the keys

/** Close the menu that is open. */
export const closeMenu = () =>
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));

export class Surroundings {
  /**
   * `player` has a root in a parent, and answers: left() when the page is used elsewhere, check() every second,
   * connected(there), prepare() when the page's script is asked to run, rested() when none runs any more. Its words that go
   * `along` with what asks for the page are sent with that.
   */
  constructor(player) {
    const { root, parent } = player;
    this.player = player;
    players.push(player);
    const claim = () => players.unshift(...players.splice(players.indexOf(player), 1));
    for (const name of ["pointerdown", "focusin"]) root.addEventListener(name, claim, true);
    this.outside = (event) => {
      const { target } = event;
      if (root.contains(target) || event.defaultPrevented || target.closest?.("a[href]:not([download])")) return;
      if (event.type === "click") this.closeMenu(target.closest?.(MENU));
      else player.left();
    };
    for (const name of OUTSIDE) document.addEventListener(name, this.outside);
    this.clock = setInterval(() => player.check(), 1000);
    this.unwatch = watchConnection(parent, (there) => player.connected(there));
    this.requests = new Requests(
      parent,
      (hand) => player.prepare(hand),
      () => player.rested(),
      () => player.along,
    );
  }

  /** Whether the keys of the page are this player's. */
  get active() {
    return players[0] === this.player;
  }

  /** Whether no script of the page runs. */
  get resting() {
    return this.requests.resting;
  }

  /** A choice in a menu closes it, and what is pressed next is meant for the player. */
  closeMenu(button) {
    if (!button) return;
    this.player.prepare(true); // Streamlit sends the choice a moment later
    closeMenu();
    this.player.stage.controls.play.focus({ preventScroll: true });
  }

  destroy() {
    clearInterval(this.clock);
    this.unwatch();
    this.requests.destroy();
    players.splice(players.indexOf(this.player), 1);
    for (const name of OUTSIDE) document.removeEventListener(name, this.outside);
  }
}
