// The playhead of a player in a room: where it stands, as it is told, and going where another one stands.
import { halfOf, iterationOf, position } from "../time/pacing.js";

/** @import { Place } from "./types.d.ts" */

/**
 * Where a player stands, or is on its way to. While it plays that is where it plays from: what follows need not be told.
 * @returns {Place}
 */
export function placeOf(player) {
  const { wanted, at, playing, onwards, speed, linger, sync = null } = player;
  const there = wanted ?? at;
  return { iteration: iterationOf(there), half: halfOf(there), playing: playing || onwards, speed, linger, sync };
}

/** Whether two places say the same to who follows: one that plays goes on by itself. */
export function samePlace(one, other) {
  if (!one || one.playing !== other.playing) return false;
  const names = Object.keys(other).filter((name) => !other.playing || !["iteration", "half"].includes(name));
  return names.every((name) => one[name] === other[name]);
}

/**
 * Have a player stand or play where another one does.
 * @param {Place} place
 */
export function drive(player, place) {
  const { iteration, half, playing, speed, linger, sync } = place;
  if (player.speed !== speed) player.setSpeed(speed);
  player.stage.controls.paced();
  if (player.linger !== linger) player.setLinger(linger);
  if (sync && player.sync && player.sync !== sync) player.setSync(sync);
  const apart = Math.abs((player.wanted ?? player.at) - position(iteration, half));
  const near = playing ? 2 + speed : 0; // half-steps: half a second, and an iteration
  if (apart <= near && playing === (player.playing || player.onwards)) return;
  if (apart > near || !playing) {
    player.scrub(half === "E" ? iteration - 1 : iteration, true);
    if (half === "E") player.step(1, true);
  }
  if (!playing) return;
  if (player.wanted !== null) player.onwards = true;
  else if (!player.atEnd) player.play();
}
