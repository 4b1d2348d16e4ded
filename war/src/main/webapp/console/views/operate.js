/* For whoever operates the planner: capacity over time, everybody's sessions, policy, audit and health. */

import {HOME, call, read} from '../api.js';
import {button, cards, h, pairs, row, s, say, table, trouble} from '../dom.js';
import {called, ticks} from '../plot.js';
import {at, away, full, number, plural, seconds, short, span, title as title_} from '../words.js';
import {HEADS, badge, lines} from './sessions.js';

export const title = 'Operate';

const PARTS = {capacity: ['Capacity', capacity], sessions: ['Sessions', sessions], policy: ['Policy', policy], audit: ['Audit', audit], health: ['Health', health]};
const RESOURCES = {cores: 'Cores', memoryMiB: 'Memory', storageMiB: 'Storage', accelerators: 'Accelerators', sessions: 'Sessions'};
const SPANS = {'6 hours': 6, '1 day': 24, '1 week': 168, '30 days': 720};

export async function show(main, {parameters, signal}) {
  const chosen = PARTS[parameters.get('part')] ? parameters.get('part') : 'capacity';
  const holder = h('div', {class: 'stack'});
  main.append(h('h1', {}, title), h('nav', {'aria-label': 'Operate'}, h('ul', {class: 'tabs'}, Object.entries(PARTS).map(([name, [words]]) => h('li', {},
    h('a', {href: `#/operate?part=${name}`, 'aria-current': name === chosen ? 'page' : null}, words))))), holder);
  try {
    await PARTS[chosen][1](holder, signal);
  } catch (e) {
    if (!signal.aborted) holder.append(trouble(e));
  }
}

const amount = (resource, value) => (/MiB$/.test(resource) ? `${number(value / 1024)} GiB` : number(value));

async function capacity(holder, signal) {
  const {items} = await read(`${HOME}/platforms`, {signal});
  const state = {resource: 'cores', hours: 24};
  const plots = items.map(platform => ({platform, holder: h('div', {class: 'plot-holder flat'}), told: null}));
  const choose = (label, entries, current, set) => h('div', {class: 'field'}, h('label', {for: `choose-${label}`}, label), h('select', {id: `choose-${label}`, onchange: event => {
    set(event.target.value);
    load();
  }}, entries.map(([value, words]) => h('option', {value, selected: String(value) === String(current)}, words))));
  holder.append(h('div', {class: 'join narrow'}, choose('Resource', Object.entries(RESOURCES), state.resource, value => {
    state.resource = value;
  }), choose('Ahead', Object.entries(SPANS).map(([words, hours]) => [hours, words]), state.hours, value => {
    state.hours = Number(value);
  })),
  h('p', {class: 'legend'}, h('span', {}, h('span', {class: 'dot series-0'}), 'accepted'), h('span', {}, h('span', {class: 'dot series-4'}), 'held by open offers'), h('span', {}, '– – what there is')),
  ...plots.map(({platform, holder: plot}) => h('section', {class: 'card'}, h('div', {class: 'headline'}, h('h2', {}, platform.name), h('span', {class: 'help'},
    `${plural(platform.active, 'session')} under way · ${plural(platform.openOffers, 'open offer')}`)), plot,
  pairs([['Has', Object.entries(platform.capacity).map(([name, value]) => `${RESOURCES[name]}: ${amount(name, value)}`).join(' · ')],
    ['Runs', (platform.executables || []).map(kind => title_(kind)).join(', ')], ['Longest run', span(seconds(platform.longest))],
    ['Not enforced here', (platform.unenforced || []).join(' ')]]))));
  const draw = plot => plot.told && plot.holder.clientWidth && plot.holder.replaceChildren(drawn(plot.told, state.resource, plot.holder.clientWidth, plot.platform.name));
  const watcher = new ResizeObserver(() => plots.forEach(draw));
  plots.forEach(plot => watcher.observe(plot.holder));
  signal.addEventListener('abort', () => watcher.disconnect());

  async function load() {
    const now = Date.now();
    const query = new URLSearchParams({from: new Date(now).toISOString(), until: new Date(now + state.hours * 3600000).toISOString()});
    await Promise.all(plots.map(async plot => {
      plot.told = await read(`${HOME}/platforms/${encodeURIComponent(plot.platform.id)}/timeline?${query}`, {signal});
      draw(plot);
    }));
    say('Drawn.');
  }
  await load();
}

/** Steps as two areas on each other: what is accepted, and above it what is held. */
function drawn(told, resource, width, name) {
  const height = 190;
  const [left, right, top, bottom] = [52, 14, 10, 26];
  const limit = told.capacity[resource];
  const most = Math.max(1, limit || 0, ...told.steps.map(step => step.taken[resource] || 0)) * 1.08;
  const from = new Date(told.steps[0].from).getTime();
  const until = new Date(told.steps[told.steps.length - 1].until).getTime();
  const x = time => left + (new Date(time).getTime() - from) / (until - from) * (width - left - right);
  const y = value => top + (1 - value / most) * (height - top - bottom);
  const area = (upper, lower) => `M${told.steps.map(step => `${x(step.from)} ${y(upper(step))}H${x(step.until)}`).join('L')}`
    + `L${[...told.steps].reverse().map(step => `${x(step.until)} ${y(lower(step))}H${x(step.from)}`).join('L')}Z`;
  const accepted = step => step.accepted[resource] || 0;
  const taken = step => step.taken[resource] || 0;
  const busiest = told.steps.reduce((best, step) => (taken(step) > taken(best) ? step : best));
  const plot = s('svg', {class: 'plot', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label':
    `${RESOURCES[resource]} of ${name}: ${limit === undefined ? 'no limit' : `${amount(resource, limit)} in all`}; the most taken is ${amount(resource, taken(busiest))} at ${at(busiest.from)}.`});
  const marks = ticks(from, until, Math.max(2, Math.floor((width - left) / 110)));
  const names = called(marks);
  marks.forEach((mark, i) => {
    plot.append(s('line', {class: 'grid', x1: x(mark), x2: x(mark), y1: top, y2: height - bottom}),
      s('text', {class: 'tick', x: x(mark), y: height - 8, 'text-anchor': x(mark) > width - 40 ? 'end' : 'middle'}, names[i]));
  });
  plot.append(s('path', {class: 'area series-0', d: area(accepted, () => 0)}),
    s('path', {class: 'area series-4', d: area(taken, accepted)}),
    limit !== undefined && s('line', {class: 'capacity', x1: left, x2: width - right, y1: y(limit), y2: y(limit)}) || '',
    limit !== undefined && s('text', {class: 'tick', x: left - 6, y: y(limit) + 4, 'text-anchor': 'end'}, amount(resource, limit)) || '',
    s('text', {class: 'tick', x: left - 6, y: y(0) + 4, 'text-anchor': 'end'}, '0'),
    s('line', {class: 'grid', x1: left, x2: width - right, y1: y(0), y2: y(0)}));
  return plot;
}

async function sessions(holder, signal) {
  const {items} = await read(`${HOME}/platforms`, {signal});
  for (const platform of items) {
    const list = (await read(`${HOME}/platforms/${encodeURIComponent(platform.id)}/sessions`, {signal})).items || [];
    holder.append(list.length ? cards(`${platform.name}: under way`, HEADS, lines(list)) : h('p', {}, `${platform.name}: nothing is under way.`));
  }
  const ended = h('div', {class: 'stack'});
  holder.append(h('h2', {}, 'Ended'), ended);
  const body = [];
  const next = async address => {
    const page = await read(address, {signal});
    body.push(...(page.items || []).map(record => row(h('th', {scope: 'row'}, h('a', {href: `#/session?id=${record.session}`}, record.name || short(record.kind))),
      h('span', {class: 'break'}, record.owner), badge(record.phase), record.platform, h('span', {title: full(record.ended)}, at(record.ended)), span(record.seconds))));
    ended.replaceChildren(body.length ? cards('Everybody’s sessions that have ended, the latest first', ['Task', 'Whose', 'Phase', 'Platform', 'Ended', 'Ran'], body) : h('p', {}, 'None yet.'),
      page.next ? button('More', () => next(`${HOME}/usage${new URL(page.next).search}`)) : '');
  };
  await next(`${HOME}/usage?owner=*&limit=50`);
}

async function policy(holder, signal) {
  const known = await read(`${HOME}/policy`, {signal});
  const file = h('textarea', {id: 'policy-check', rows: 10, spellcheck: 'false'});
  const answer = h('div', {'aria-live': 'polite'});
  const send = path => async () => {
    try {
      const told = await (await call(`${HOME}/policy/${path}`, {body: file.value, type: 'application/yaml', accept: '*/*'})).text();
      let shown = told;
      try {
        shown = JSON.stringify(JSON.parse(told), null, 2);
      } catch (e) {
        /* it is text */
      }
      answer.replaceChildren(h('pre', {tabindex: '0', role: 'region', 'aria-label': 'Answer'}, shown || 'No fault.'));
    } catch (e) {
      answer.replaceChildren(trouble(e));
    }
  };
  holder.append(h('section', {class: 'card'}, h('h2', {}, 'In force'), known.digest
    ? pairs([['Version', known.version], ['Grants', known.grants], ['Digest', h('code', {class: 'break'}, known.digest)]])
    : h('p', {class: 'help'}, 'There is no policy: the settings’ limits count.'),
  (known.faults || []).length > 0 && h('p', {}, 'What is written now is not in force, as it has faults:'),
  (known.faults || []).length > 0 && h('ul', {class: 'notes'}, known.faults.map(fault => h('li', {class: 'error'}, fault)))),
  h('section', {class: 'card'}, h('h2', {}, 'Try a change'), h('div', {class: 'field'}, h('label', {for: 'policy-check'}, 'A policy'), file),
    h('div', {class: 'row'}, button('Check it', send('check')), button('What it would have changed', send('dry-run'))), answer));
}

async function audit(holder, signal) {
  const head = await read(`${HOME}/audit/head`, {signal});
  const most = 100;
  const list = h('div', {class: 'stack'});
  holder.append(pairs([['Entries', head.number], ['Head', h('code', {class: 'break'}, head.hash)]]), list);
  const body = [];
  let until = head.number;
  const earlier = async () => {
    const after = Math.max(0, until - most);
    const lines_ = (await (await call(`${HOME}/audit?after=${after}&limit=${until - after}`, {accept: 'application/x-ndjson', signal})).text())
      .split('\n').filter(line => line).map(line => JSON.parse(line)).reverse();
    body.push(...lines_.map(entry => row(h('th', {scope: 'row'}, entry.number), h('span', {title: full(entry.at)}, at(entry.at), h('span', {class: 'help'}, away(entry.at))),
      h('span', {class: 'break'}, entry.who), entry.act, h('span', {class: 'break'}, entry.object), h('span', {class: 'break'}, entry.detail))));
    until = after;
    list.replaceChildren(cards('The latest first', ['Number', 'When', 'Who', 'Did', 'To', 'More'], body), until > 0 ? button('Earlier', earlier) : '');
  };
  if (head.number > 0) await earlier();
  else list.append(h('p', {}, 'Nothing is in it yet.'));
}

async function health(holder, signal) {
  let told;
  try {
    told = await read(new URL('../health', document.baseURI).href, {signal});
  } catch (e) {
    told = {status: 'DOWN', checks: [{name: e.message, status: 'DOWN'}]};
  }
  holder.append(table('The parts of this node', ['Part', 'State'], (told.checks || []).map(check => row(h('th', {scope: 'row'}, check.name),
    h('span', {class: `phase ${check.status === 'UP' ? 'good' : 'bad'}`}, check.status === 'UP' ? 'well' : 'not well')))));
  try {
    const figures = await (await call(new URL('../metrics', document.baseURI).href, {accept: 'text/plain', signal})).text();
    holder.append(h('details', {class: 'card'}, h('summary', {}, 'Figures'), h('pre', {tabindex: '0', role: 'region', 'aria-label': 'Figures'}, figures)));
  } catch (e) {
    holder.append(h('p', {class: 'help'}, 'The figures are switched off.'));
  }
}
