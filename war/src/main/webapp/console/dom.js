/* Building pages. Every text goes in as text; nothing here reads mark-up. */

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value') element.value = value;
    else if (key === 'checked') element.checked = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === undefined || child === null || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

/** Puts these in the place of all that was in the element; what is missing is stepped over. */
export function put(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** An element of HTML: attributes, `on…` handlers, and children that are nodes or texts. */
export const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** An element of SVG. */
export const s = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

export const by = id => document.getElementById(id);

let numbers = 0;

/** An id that no other element of this page has. */
export const fresh = name => `${name}-${++numbers}`;

/** Says something to those who listen instead of looking. */
export function say(text) {
  const status = by('status');
  status.textContent = '';
  status.textContent = text;
}

/** A label with its control and, below it, what helps to fill it in. */
export function field(label, control, help) {
  const id = control.id || fresh('field');
  control.id = id;
  const parts = [h('label', {for: id}, label), control];
  if (help) {
    control.setAttribute('aria-describedby', `${id}-help`);
    parts.push(h('p', {class: 'help', id: `${id}-help`}, help));
  }
  return h('div', {class: 'field'}, parts);
}

export const button = (text, onclick, attributes) => h('button', {type: 'button', onclick, ...attributes}, text);

/** The faults that the sentence itself does not tell. */
export const unsaid = error => (error.errors || []).filter(fault => !error.message.includes(fault.detail));

/** What went wrong, in the server's words, with every fault of the document. */
export function trouble(error) {
  const faults = unsaid(error);
  return h('div', {class: 'card bad', role: 'alert'},
    h('p', {class: 'strong'}, error.title || 'That did not work.'),
    h('p', {}, error.message),
    faults.length > 0 && h('ul', {}, faults.map(fault => h('li', {}, h('code', {}, fault.pointer || '/'), ' ', fault.detail))),
    error.instance && h('p', {class: 'help'}, `Reference: ${error.instance}`));
}

/** A short word at the edge of the page that goes by itself, for what succeeded; failures stay where they happened. */
export function toast(text) {
  const card = h('p', {class: 'toast'}, text);
  by('toasts').append(card);
  setTimeout(() => card.remove(), 6000);
}

/** A table that scrolls within itself when it is wider than the page. */
export function table(caption, heads, rows, attributes) {
  const id = fresh('caption');
  return h('div', {class: 'wide', tabindex: '0', role: 'region', 'aria-labelledby': id, ...attributes},
    h('table', {},
      h('caption', {id}, caption),
      h('thead', {}, h('tr', {}, heads.map(head => (head instanceof Node ? head : h('th', {scope: 'col'}, head))))),
      h('tbody', {}, rows)));
}

/** The same, of which every row becomes a card where the page is narrow: each cell is told by its column's head. */
export function cards(caption, heads, rows) {
  const names = heads.map(head => (head instanceof Node ? head.textContent : head));
  rows.forEach(line => [...line.cells].forEach((cell, i) => cell.setAttribute('data-label', names[i])));
  return table(caption, heads, rows, {class: 'wide cards'});
}

export const row = (...cells) => h('tr', {}, cells.map(cell => (cell instanceof HTMLTableCellElement ? cell : h('td', {}, cell))));

export const pairs = entries => h('dl', {class: 'pairs'}, entries
  .filter(([, value]) => value !== undefined && value !== null && value !== '')
  .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
