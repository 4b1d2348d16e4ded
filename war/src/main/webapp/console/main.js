/* The shell: which view is shown, who is asking, and in which colours. */

import {me} from './api.js';
import {by, h, say, trouble} from './dom.js';

const VIEWS = {
  compose: () => import('./views/compose.js'),
  offers: () => import('./views/offers.js'),
  session: () => import('./views/session.js'),
  sessions: () => import('./views/sessions.js'),
  limits: () => import('./views/limits.js'),
  planners: () => import('./views/planners.js'),
  operate: () => import('./views/operate.js'),
  login: () => import('./views/login.js'),
};

let leaving = new AbortController();
let first = true;

/** `#/session?id=…` → the view's name and its parameters. */
function place() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const name = VIEWS[path] ? path : 'compose';
  return {name, parameters: new URLSearchParams(query)};
}

async function show() {
  if (location.hash === '#main') return;
  leaving.abort();
  leaving = new AbortController();
  const {signal} = leaving;
  const {name, parameters} = place();
  for (const link of by('menu').querySelectorAll('a')) {
    const here = link.hash === `#/${name}` || (name === 'offers' && link.hash === '#/compose') || (name === 'session' && link.hash === '#/sessions');
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const main = by('main');
  const fresh = h('main', {id: 'main', tabindex: '-1', class: `view-${name}`});
  try {
    const view = await VIEWS[name]();
    if (signal.aborted) return;
    main.replaceWith(fresh);
    document.title = `${view.title} – Planisphere`;
    scrollTo(0, 0);
    await view.show(fresh, {parameters, signal, title(text) {
      document.title = `${text} – Planisphere`;
    }});
    if (signal.aborted) return;
    fresh.dataset.ready = name;
  } catch (e) {
    if (signal.aborted || e.name === 'AbortError') return;
    if (!fresh.isConnected) main.replaceWith(fresh);
    if (!fresh.querySelector('h1')) fresh.prepend(h('h1', {}, 'Something is missing'));
    fresh.append(trouble(e), h('p', {}, h('a', {href: '#/sessions'}, 'Sessions'), ' · ', h('a', {href: '#/compose'}, 'Compose a task'), ' · ', h('a', {href: '#/login'}, 'Log in')));
    fresh.dataset.ready = name;
  }
  if (!first) {
    fresh.focus({preventScroll: true});
    say(document.title);
  }
  first = false;
}

/* ---- colours ---- */

const THEMES = {system: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark']};

function themed() {
  const chosen = document.documentElement.dataset.theme || 'system';
  const [sign, words] = THEMES[chosen];
  by('theme').replaceChildren(h('span', {'aria-hidden': 'true'}, sign));
  by('theme').setAttribute('aria-label', `Colours: ${words}`);
}

function nextTheme() {
  const names = Object.keys(THEMES);
  const next = names[(names.indexOf(document.documentElement.dataset.theme || 'system') + 1) % names.length];
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    if (next === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', next);
  } catch (e) {
    /* it lasts as long as the page */
  }
  themed();
  say(`Colours: ${THEMES[next][1]}`);
}

/* ---- who is asking ---- */

export async function whoever(again) {
  const who = by('who');
  try {
    const caller = await me(again);
    who.textContent = caller.anonymous ? 'Log in' : caller.name || caller.id;
    who.title = caller.anonymous ? 'You are anonymous here' : caller.id;
    by('menu').lastElementChild.hidden = !(caller.roles || []).includes('operator');
  } catch (e) {
    who.textContent = 'Log in';
    who.title = e.message;
    by('menu').lastElementChild.hidden = true;
  }
}

by('theme').addEventListener('click', nextTheme);
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  by('main').focus();
});
addEventListener('hashchange', show);
addEventListener('planisphere:caller', () => whoever(true));
themed();
show();
whoever();
