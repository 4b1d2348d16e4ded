/* A request, as a person changes it: what there is to begin with, and the changes that would turn a NO into a YES. */

import {iso, seconds, short} from './words.js';

export const STANDARD = 'https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/';
export const OURS = 'https://www.purl.org/planisphere/kinds/';
export const EURO = 'https://www.purl.org/planisphere/costs/money#EUR';

const compute = (cores, memory) => ({kind: `${STANDARD}compute/simple-compute-resource.yaml`,
  cores: {min: cores}, memory: {min: memory}});

/** What one may begin with: a name, what it is for, and a whole task. */
export const TEMPLATES = [
  {name: 'A command', text: 'A program that the platform has, with its arguments.', task: () => ({
    executable: {kind: `${OURS}executable/process`, meta: {name: 'command'},
      command: ['/bin/sh', '-c', 'for i in 1 2 3 4 5; do echo "step $i of 5"; sleep 1; done; date > when.txt']},
    compute: compute(1, 1), schedule: {requested: {duration: 'PT10M'}}})},
  {name: 'A Python program', text: 'A program at an address, with data to work on.', task: () => ({
    executable: {kind: `${OURS}executable/python-program`, meta: {name: 'program'}, location: ''},
    compute: compute(1, 2), schedule: {requested: {duration: 'PT1H'}}})},
  {name: 'A notebook', text: 'A Jupyter notebook, run from its first cell to its last.', task: () => ({
    executable: {kind: `${STANDARD}executable/jupyter-notebook.yaml`, meta: {name: 'notebook'}, location: ''},
    compute: compute(1, 2), schedule: {requested: {duration: 'PT1H'}}})},
  {name: 'A container', text: 'An image of Docker or OCI.', task: () => ({
    executable: {kind: `${STANDARD}executable/docker-container.yaml`, meta: {name: 'container'}, image: {locations: []}},
    compute: compute(1, 2), schedule: {requested: {duration: 'PT1H'}}})},
];

/** Two moments of an interval in ISO 8601; the second may be told as a duration. */
export function interval(text) {
  const [from = '', until = ''] = String(text || '').split('/');
  const begin = new Date(from);
  const end = until.startsWith('P') ? new Date(begin.getTime() + seconds(until) * 1000) : new Date(until);
  return [begin, end].map(date => (Number.isNaN(date.getTime()) ? null : date));
}

/** Without what is empty, so that a form left blank asks nothing. */
export function tidy(value) {
  if (Array.isArray(value)) return value.map(tidy).filter(one => one !== undefined);
  if (value === null || typeof value !== 'object') return value === null || value === '' ? undefined : value;
  const entries = Object.entries(value).map(([key, one]) => [key, tidy(one)]).filter(([, one]) => one !== undefined
    && !(typeof one === 'object' && !Array.isArray(one) && Object.keys(one).length === 0) && !(Array.isArray(one) && one.length === 0));
  return Object.fromEntries(entries);
}

/** A session's document turned back into the request for another like it. */
export function again(session) {
  const strip = component => {
    if (component === null || typeof component !== 'object') return component;
    if (Array.isArray(component)) return component.map(strip);
    const {phase, schedule, messages, options, connectors, ...rest} = component;
    const meta = component.meta && tidy({name: component.meta.name || component.meta.uuid, description: component.meta.description});
    return Object.fromEntries(Object.entries({...rest, meta}).filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, key === 'meta' ? value : strip(value)]));
  };
  const names = new Map([...(session.storage || []), ...(session.data || [])]
    .filter(part => part.meta && part.meta.uuid).map(part => [part.meta.uuid, part.meta.name || part.meta.uuid]));
  const named = JSON.parse(JSON.stringify(
    {executable: session.executable, compute: session.compute, storage: session.storage, data: session.data},
    (key, value) => (typeof value === 'string' && key !== 'uuid' && names.has(value) ? names.get(value) : value)));
  const task = tidy(strip(named));
  const length = ((session.schedule || {}).available || {}).duration;
  if (length) task.schedule = {requested: {duration: length}};
  return task;
}

const copy = value => JSON.parse(JSON.stringify(value));

function amount(task, name, limit) {
  const changed = copy(task);
  changed.compute = changed.compute || compute(1, 1);
  const range = {...(changed.compute[name] || {}), min: limit};
  if (range.max !== undefined && range.max < limit) range.max = limit;
  changed.compute[name] = range;
  return changed;
}

const requested = task => {
  task.schedule = task.schedule || {};
  task.schedule.requested = task.schedule.requested || {};
  return task.schedule.requested;
};

function starting(task, earliest) {
  const changed = copy(task);
  const begin = new Date(earliest);
  if (Number.isNaN(begin.getTime())) return null;
  requested(changed).start = `${begin.toISOString()}/PT6H`;
  return changed;
}

const whole = text => (/^\d+$/.test(text || '') ? Number(text) : null);

/**
 * What would change a NO: words for a button and the request it would ask. Nothing where only the caller can know.
 */
export function change(task, message) {
  const code = short(message.kind);
  const values = message.values || {};
  const limit = whole(values.limit);
  if (code === 'too-many-cores' && limit) return {words: `Ask for ${limit} cores`, task: amount(task, 'cores', limit)};
  if (code === 'not-enough-memory' && limit) return {words: `Ask for ${limit} GiB of memory`, task: amount(task, 'memory', limit)};
  if (code === 'over-your-limit' && limit && /cores/i.test(values.resource || '')) {
    return {words: `Ask for ${limit} cores`, task: amount(task, 'cores', limit)};
  }
  if (code === 'over-your-limit' && limit && /memory/i.test(values.resource || '')) {
    return {words: `Ask for ${limit} GiB of memory`, task: amount(task, 'memory', limit)};
  }
  if (values.earliest && ['busy-until', 'start-too-soon', 'over-your-limit', 'over-your-budget'].includes(code)) {
    const changed = starting(task, values.earliest);
    return changed && {words: 'Ask for that time', task: changed};
  }
  if (code === 'start-is-over') {
    const changed = copy(task);
    delete requested(changed).start;
    return {words: 'Ask for any time', task: changed};
  }
  if (code === 'too-long' && Number.isFinite(seconds(values.limit))) {
    const changed = copy(task);
    requested(changed).duration = iso(seconds(values.limit));
    return {words: 'Ask for the longest run there is', task: changed};
  }
  if (code === 'too-expensive' && Number(values.limit) > 0) {
    const changed = copy(task);
    (changed.costs || []).filter(cost => !values.type || cost.type === values.type).forEach(cost => {
      cost.max = Number(values.limit);
    });
    return {words: `Bear ${values.limit}`, task: changed};
  }
  if (code === 'cost-not-quoted' && task.costs) {
    const changed = copy(task);
    delete changed.costs;
    return {words: 'Ask without a ceiling', task: changed};
  }
  return null;
}
