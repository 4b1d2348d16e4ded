/* The caller's sessions, filtered and paged; and those accepted in this browser, for who is anonymous. */

import {HOME, me, nameOf, read, sessionAt} from '../api.js';
import {button, cards, field, h, row, say, trouble} from '../dom.js';
import {accepted} from '../memory.js';
import {interval} from '../request.js';
import {PHASES, TERMINAL, at, away, full, money, range, short} from '../words.js';

export const title = 'Sessions';

const MOODS = {COMPLETED: 'good', FAILED: 'bad'};
export const badge = phase => h('span', {class: `phase ${MOODS[phase] || (TERMINAL.has(phase) ? 'over' : 'live')}`}, PHASES[phase] || phase);
const SORTS = {all: [], live: ['ACCEPTED', 'WAITING', 'PREPARING', 'AVAILABLE', 'RUNNING', 'RELEASING'], offered: ['OFFERED'], ended: ['COMPLETED', 'FAILED', 'CANCELLED']};
const NAMES = {live: 'Under way', ended: 'Ended', offered: 'Open offers', all: 'Everything'};

export const link = (planner, id, name) => h('a', {href: `#/session?${new URLSearchParams({id, ...(planner === HOME ? {} : {at: planner})})}`}, name);

export function lines(items) {
  return items.map(session => {
    const [begin] = interval(((session.schedule || {}).available || {}).start);
    const price = (session.costs || []).find(cost => /money/.test(cost.type || ''));
    return row(h('th', {scope: 'row'}, link(HOME, nameOf(session.meta.url), ((session.executable || {}).meta || {}).name || short((session.executable || {}).kind)),
      h('span', {class: 'help'}, short((session.executable || {}).kind))),
    badge(session.phase), h('span', {}, session.platform || '–', session.planner && h('span', {class: 'help'}, session.planner)),
    h('span', {}, at(begin), h('span', {class: 'help'}, begin ? away(begin) : '')),
    range((session.compute || {}).cores), price ? money(price.max ?? price.min, short(price.type)) : '–',
    h('span', {title: full(session.meta.created)}, at(session.meta.created)));
  });
}

export const HEADS = ['Task', 'Phase', 'Platform', 'Begins', 'Cores', 'Price', 'Made'];

export async function show(main, {parameters, signal}) {
  const state = {sort: NAMES[parameters.get('show')] ? parameters.get('show') : 'all', since: parameters.get('since') || ''};
  main.append(h('h1', {}, title));
  const caller = await me().catch(() => ({anonymous: true}));
  if (caller.anonymous) {
    main.append(h('p', {class: 'lead'}, 'You are anonymous, so these are the sessions that were accepted in this browser. ',
      h('a', {href: '#/login'}, 'Log in'), ' to see all of yours.'));
    await mine(main, signal);
    return;
  }
  const holder = h('div', {class: 'stack'});
  const choice = h('div', {class: 'tabs', role: 'group', 'aria-label': 'Which sessions'}, Object.entries(NAMES).map(([name, words]) => button(words, event => {
    state.sort = name;
    for (const tab of choice.children) tab.setAttribute('aria-pressed', String(tab === event.target));
    load();
  }, {'aria-pressed': String(name === state.sort)})));
  const since = h('input', {type: 'date', value: state.since, onchange: () => {
    state.since = since.value;
    load();
  }});
  main.append(h('div', {class: 'join'}, choice, field('Made since', since)), holder);

  async function load() {
    const query = new URLSearchParams({limit: '25'});
    SORTS[state.sort].forEach(phase => query.append('phase', phase));
    if (state.since) query.set('since', new Date(state.since).toISOString());
    const body = [];
    const next = async address => {
      const page = await read(address, {signal});
      body.push(...lines(page.items || []));
      holder.replaceChildren(body.length ? cards('Your sessions, the newest first', HEADS, body) : h('p', {}, 'There are none.'),
        page.next ? button('More', () => next(`${HOME}/sessions${new URL(page.next).search}`)) : '');
      say(`${body.length} sessions${page.next ? ', and there are more' : ''}.`);
    };
    try {
      await next(`${HOME}/sessions?${query}`);
    } catch (e) {
      if (!signal.aborted) holder.replaceChildren(trouble(e));
    }
  }
  await load();
  const elsewhere = accepted.read().filter(entry => entry.planner !== HOME);
  if (elsewhere.length) {
    main.append(h('h2', {}, 'At other planners'));
    await mine(main, signal, elsewhere);
  }
}

async function mine(main, signal, entries = accepted.read()) {
  if (entries.length === 0) {
    main.append(h('p', {}, 'There are none yet. ', h('a', {href: '#/compose'}, 'Compose a task'), '.'));
    return;
  }
  const now = await Promise.all(entries.slice(0, 30).map(async entry => {
    try {
      return {...entry, session: entry.session, document: await read(sessionAt(entry.planner, entry.session), {signal})};
    } catch (e) {
      if (e.status === 404) accepted.forget(entry.planner, entry.session);
      return {...entry, gone: e.status === 404, error: e.message};
    }
  }));
  main.append(cards('Accepted in this browser, the newest first', ['Task', 'Phase', 'Platform', 'Accepted'],
    now.filter(entry => !entry.gone).map(entry => row(h('th', {scope: 'row'}, link(entry.planner, entry.session, entry.name)),
      entry.document ? badge(entry.document.phase) : h('span', {class: 'help'}, entry.error), entry.platform,
      h('span', {title: full(entry.at)}, at(entry.at))))));
}
