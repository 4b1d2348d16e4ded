/* What this browser remembers. A browser that keeps nothing still works: then it lasts as long as the page. */

const fallback = new Map();

function keep(storage, key, value) {
  fallback.set(key, value);
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
  } catch (e) {
    /* full, or forbidden: the page's own memory has it */
  }
}

function read(storage, key) {
  try {
    const text = storage().getItem(key);
    if (text !== null) return JSON.parse(text);
  } catch (e) {
    /* as above */
  }
  return fallback.has(key) ? fallback.get(key) : null;
}

const tab = () => sessionStorage;
const browser = () => localStorage;

/** The task being composed. It stays while the tab is open. */
export const request = {
  read: () => read(tab, 'request'),
  keep: value => keep(tab, 'request', value),
};

/** The token that was pasted. It goes when the tab is closed, and is never put into an address. */
export const token = {
  read: () => read(tab, 'token'),
  keep: value => keep(tab, 'token', value),
};

/** Sessions accepted here: whoever is anonymous has no list of them at the planner. */
export const accepted = {
  read: () => read(browser, 'accepted') || [],
  add: entry => keep(browser, 'accepted',
    [entry, ...accepted.read().filter(known => known.session !== entry.session || known.planner !== entry.planner)].slice(0, 100)),
  forget: (planner, session) => keep(browser, 'accepted',
    accepted.read().filter(known => known.session !== session || known.planner !== planner)),
};

/** Planners that are not to be asked, and those that were added by hand. */
export const planners = {
  read: () => read(browser, 'planners') || {off: [], added: []},
  keep: value => keep(browser, 'planners', value),
};

/** The last answer, so that going back to it asks nobody again. It holds offers, and goes with the tab. */
export const answer = {
  read: () => read(tab, 'answer'),
  keep: value => keep(tab, 'answer', value),
};

/** Forgets everything that says what somebody works on, in the browser and in the page. The theme stays. */
export function forget() {
  ['request', 'token', 'answer'].forEach(key => keep(tab, key, null));
  ['accepted', 'planners'].forEach(key => keep(browser, key, null));
}
