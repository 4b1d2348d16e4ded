/* Forms made from the planner's own JSON Schemas: what a kind has as fields, a person can fill in. */

import {HOME, read} from './api.js';
import {button, field, fresh, h} from './dom.js';
import {iso, seconds, title} from './words.js';

const BASE = 'https://www.purl.org/planisphere/schema/';
const documents = new Map();
/* Fields that the planner fills in, or that other parts of the page write. */
const SERVICE = new Set(['kind', 'meta', 'phase', 'schedule', 'costs', 'metrics', 'options', 'messages']);
const UNIT = {memory: 'GiB', size: 'GiB'};

/** Follows `$ref`s until there is something to read. */
export async function resolve(schema) {
  let actual = schema;
  for (let depth = 0; actual && actual.$ref && depth < 10; depth++) {
    const [file, pointer = ''] = actual.$ref.split('#');
    const path = file.startsWith(BASE) ? file.slice(BASE.length) : file;
    const address = path.startsWith('kinds/') ? `${HOME}/${path}` : `${HOME}/schemas/${path}`;
    if (!documents.has(address)) documents.set(address, read(address));
    const document = await documents.get(address);
    const found = pointer.split('/').slice(1)
      .reduce((node, part) => node && node[part.replace(/~1/g, '/').replace(/~0/g, '~')], document);
    actual = {...(found || {}), ...(actual.description ? {description: actual.description} : {})};
  }
  return actual || {};
}

let kinds = null;

/** Every kind this planner knows, in groups. */
export function allKinds() {
  kinds = kinds || read(`${HOME}/kinds`);
  return kinds;
}

export const ofKind = async (group, uri) => {
  const name = String(uri || '').replace(/\.ya?ml$/, '').replace(/^.*\//, '');
  return (await allKinds()).find(kind => kind.group === group && kind.name === name);
};

/** The schema of a kind; nothing when this planner does not know it. */
export async function schemaOf(group, uri) {
  const kind = await ofKind(group, uri);
  return kind ? resolve({$ref: BASE + kind.schema}) : null;
}

const empty = value => value === undefined || value === '' || value === null
  || (Array.isArray(value) && value.length === 0)
  || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);

function put(target, name, value) {
  if (empty(value)) delete target[name];
  else target[name] = value;
}

/** Fields for everything an object's schema names. `target` is changed in place; `changed` is told each time. */
export async function fields(schema, target, changed, skip = SERVICE) {
  const required = new Set(schema.required || []);
  const parts = [];
  for (const [name, given] of Object.entries(schema.properties || {})) {
    if (skip.has(name)) continue;
    parts.push(await one(name, await resolve(given), target, changed, required.has(name)));
  }
  return parts;
}

async function one(name, schema, target, changed, required) {
  const label = title(name) + (required ? ' (needed)' : '');
  const set = value => {
    put(target, name, value);
    changed();
  };
  if (schema.enum) {
    return field(label, h('select', {onchange: event => set(event.target.value)},
      [h('option', {value: ''}, '—'), ...schema.enum.map(value => h('option', {value, selected: target[name] === value}, value))]),
    schema.description);
  }
  if (schema.type === 'boolean') {
    const id = fresh('field');
    return h('div', {class: 'field check'},
      h('input', {type: 'checkbox', id, checked: target[name] === true, onchange: event => set(event.target.checked || undefined)}),
      h('label', {for: id}, label), h('p', {class: 'help'}, schema.description));
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return field(label, numeric(target[name], set, schema), schema.description);
  }
  if (schema.type === 'string') {
    if (/^\^\(\?:P\(/.test(schema.pattern || '')) return duration(label, target[name], set, schema.description);
    const long = name === 'document' || name === 'content' || name === 'requirements';
    return field(label, h(long ? 'textarea' : 'input', {rows: long ? 4 : null, type: long ? null : 'text', spellcheck: 'false', autocomplete: 'off',
      value: target[name] || '', oninput: event => set(event.target.value)}), schema.description);
  }
  if (schema.type === 'array') return list(name, label, schema, target, changed, set);
  if (schema.additionalProperties && schema.additionalProperties.type === 'string') {
    const text = Object.entries(target[name] || {}).map(([key, value]) => `${key}=${value}`).join('\n');
    return field(label, h('textarea', {rows: 2, spellcheck: 'false', value: text,
      oninput: event => set(Object.fromEntries(event.target.value.split('\n').filter(line => line.includes('='))
        .map(line => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)])))}),
    `${schema.description || ''} One NAME=value a line.`);
  }
  const properties = Object.keys(schema.properties || {});
  if (properties.length === 2 && properties.includes('min') && properties.includes('max')) {
    return leastAndMost(label, name, await resolve(schema.properties.min), target, changed);
  }
  const inner = {...(target[name] || {})};
  return h('details', {open: Object.keys(inner).length > 0}, h('summary', {}, label),
    h('fieldset', {}, h('legend', {class: 'unseen'}, label), await fields(schema, inner, () => set({...inner}), new Set())));
}

const numeric = (value, set, schema, more) => h('input', {type: 'number', inputmode: 'decimal', value: value ?? '',
  min: schema.minimum ?? null, max: schema.maximum ?? null, step: schema.type === 'integer' ? 1 : 'any', ...more,
  oninput: event => set(event.target.value === '' ? undefined : Number(event.target.value))});

/** Two numbers beside each other: the least that will do, and the most that is of use. */
export function leastAndMost(label, name, schema, target, changed) {
  const range = {...(target[name] || {})};
  const times = schema.type === 'string';
  const part = (key, words) => {
    const set = value => {
      put(range, key, value);
      put(target, name, {...range});
      changed();
    };
    if (times) {
      const span = duration(words, range[key], set);
      span.firstChild.className = 'small';
      span.querySelector('select').setAttribute('aria-label', `${label}, ${words}: unit`);
      return span;
    }
    const id = fresh('field');
    return h('div', {}, h('label', {for: id, class: 'small'}, words), numeric(range[key], set, schema, {id}));
  };
  return h('fieldset', {class: 'range'}, h('legend', {}, UNIT[name] && !times ? `${label} (${UNIT[name]})` : label),
    part('min', 'at least'), part('max', 'at most'));
}

/** A time span as a number and a unit. */
export function duration(label, value, set, help) {
  const units = [['minutes', 60], ['hours', 3600], ['days', 86400]];
  const total = seconds(value);
  const best = [...units].reverse().find(([, length]) => Number.isFinite(total) && total > 0 && total % length === 0) || units[0];
  const write = () => set(amount.value === '' ? undefined : iso(Number(amount.value) * Number(unit.value)));
  const amount = h('input', {type: 'number', min: 0, step: 'any', id: fresh('field'),
    value: Number.isFinite(total) ? total / best[1] : '', oninput: write});
  const unit = h('select', {'aria-label': `${label}: unit`, onchange: write},
    units.map(([name, length]) => h('option', {value: length, selected: length === best[1]}, name)));
  const row = field(label, amount, help);
  amount.after(unit);
  row.classList.add('united');
  return row;
}

function list(name, label, schema, target, changed, set) {
  if ((schema.items || {}).type === 'string') {
    const values = target[name] || [];
    if (values.some(value => /\n/.test(value))) {
      return h('p', {class: 'help'}, `${label}: some of them have several lines; change them in the document.`);
    }
    return field(label, h('textarea', {rows: Math.min(8, Math.max(2, values.length + 1)), spellcheck: 'false', value: values.join('\n'),
      oninput: event => set(event.target.value === '' ? undefined : event.target.value.replace(/\n$/, '').split('\n'))}),
    `${schema.description || ''} One a line, as it is; nothing needs quoting.`);
  }
  const items = [...(target[name] || [])];
  const holder = h('div', {});
  const write = () => set([...items]);
  const draw = async () => {
    const inner = await resolve(schema.items);
    holder.replaceChildren(...await Promise.all(items.map(async (item, i) => h('fieldset', {},
      h('legend', {}, `${label} ${i + 1}`), await fields(inner, item, write, new Set(['meta'])),
      button('Remove', () => {
        items.splice(i, 1);
        write();
        draw();
      }, {class: 'plain', 'aria-label': `Remove ${label} ${i + 1}`})))));
  };
  draw();
  return h('div', {class: 'field'}, holder, button(`Add to ${label.toLowerCase()}`, () => {
    items.push({});
    draw();
  }, {class: 'plain'}), schema.description && h('p', {class: 'help'}, schema.description));
}
