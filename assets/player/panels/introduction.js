// Whether this visitor has seen the slow first iterations; a browser that keeps nothing shows them once a page.
const KEY = "mixes-introduced";

let seen = false;

export function introduced() {
  try {
    return seen || localStorage.getItem(KEY) !== null;
  } catch {
    return seen; // storage is forbidden
  }
}

export function rememberIntroduction() {
  seen = true;
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    // storage is forbidden: `seen` must do
  }
}
