/* The registry's planners: a map of who serves what, and the list behind it. */

import {HOME, REGISTRY, planners, read} from '../api.js';
import {h, row, s, table} from '../dom.js';
import {allKinds} from '../schemaform.js';
import {at, plural, short, title as words} from '../words.js';

export const title = 'Planners';

const MOST = 30;

/** What a planner runs, by its own word, where its record does not tell. */
async function told_(planner, signal) {
  const kinds = (await allKinds()).filter(kind => kind.group === 'executable');
  try {
    const answers = await Promise.all(kinds.map(kind => read(`${planner.url}/accepts?tasktype=${encodeURIComponent(kind.kind)}`, {signal})));
    planner.kinds = kinds.filter((kind, i) => answers[i].responseword === 'YES').map(kind => kind.kind);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    planner.silent = e.message;
  }
}

export async function show(main, {signal}) {
  main.append(h('h1', {}, title));
  const all = await planners(signal);
  await Promise.all(all.filter(planner => !(planner.kinds || []).length && planner.availability !== 'down').slice(0, MOST)
    .map(planner => told_(planner, signal)));
  const other = all.filter(planner => !planner.home);
  main.append(h('p', {class: 'lead'}, other.length
    ? `${plural(all.length, 'planner')} can be asked from here: this node’s own, and those its registry and you know of.`
    : 'This node’s own planner can be asked from here; its registry knows of no other.',
  ' ', h('a', {href: `${REGISTRY}/`}, 'Search the registry'), '.'));
  const plot = h('div', {class: 'plot-holder'});
  main.append(plot, table('Planners', ['Planner', 'Answers', 'Executables', 'Last looked at'], all.map(planner => row(
    h('th', {scope: 'row'}, planner.name, h('span', {class: 'help break'}, planner.home ? `this node · ${HOME}` : planner.url)),
    h('span', {class: `phase ${planner.home || planner.availability === 'up' ? 'good' : planner.availability === 'down' ? 'bad' : 'over'}`},
      planner.home ? 'here' : planner.availability || 'not known'),
    planner.kinds && planner.kinds.length ? planner.kinds.map(kind => words(kind)).sort().join(', ') : h('span', {class: 'help'}, planner.silent || 'not told'),
    planner.checked ? at(planner.checked) : '–'))));
  const told = all.some(planner => planner.kinds && planner.kinds.length);
  plot.hidden = !told;
  const draw = () => told && plot.clientWidth && plot.replaceChildren(map(all, plot.clientWidth));
  const watcher = new ResizeObserver(draw);
  draw();
  watcher.observe(main);
  signal.addEventListener('abort', () => watcher.disconnect());
}

/** Planners at the left, what they run at the right, and a line for every "runs". */
function map(all, width) {
  const told = all.filter(planner => planner.kinds && planner.kinds.length);
  const kinds = [...new Set(told.flatMap(planner => planner.kinds.map(kind => short(kind))))].sort();
  const line = 40;
  const height = Math.max(told.length, kinds.length) * line + 30;
  const narrow = width < 560;
  const left = narrow ? Math.round(width * 0.4) : Math.round(width * 0.34);
  const right = narrow ? Math.round(width * 0.64) : Math.round(width * 0.66);
  const y = (i, count) => 15 + (i + 0.5) * (height - 30) / count;
  const clip = text => (text.length > (narrow ? 16 : 34) ? `${text.slice(0, narrow ? 15 : 33)}…` : text);
  const drawing = s('svg', {class: 'plot', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'map-title map-text'},
    s('title', {id: 'map-title'}, 'Which planner runs what'),
    s('desc', {id: 'map-text'}, told.map(planner => `${planner.name}: ${planner.kinds.map(short).join(', ')}.`).join(' ')));
  told.forEach((planner, i) => {
    const from = y(i, told.length);
    for (const kind of planner.kinds.map(one => short(one))) {
      const to = y(kinds.indexOf(kind), kinds.length);
      const middle = (left + right) / 2;
      drawing.append(s('path', {class: `link series-${i % 6}`, d: `M${left} ${from}C${middle} ${from} ${middle} ${to} ${right} ${to}`}));
    }
    const down = planner.availability === 'down';
    drawing.append(s('circle', {class: `node series-${i % 6}${down ? ' down' : ''}`, cx: left, cy: from, r: 7}),
      s('text', {x: left - 14, y: from + 4, 'text-anchor': 'end'}, clip(planner.name)));
  });
  kinds.forEach((kind, i) => drawing.append(s('circle', {class: 'kind', cx: right, cy: y(i, kinds.length), r: 5}),
    s('text', {x: right + 14, y: y(i, kinds.length) + 4}, clip(words(kind)))));
  return drawing;
}
