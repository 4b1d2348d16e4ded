/* A look at a result, by what it is. Whatever it holds is shown as text, as a table or as a picture; none of it runs. */

import {call} from './api.js';
import {h, pairs, row, table, trouble} from './dom.js';
import {bytes, plural} from './words.js';

const MOST = 400_000;
const ROWS = 200;
const BLOCK = 2880;
const IMAGES = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;

const part = async (address, until, signal) => {
  const response = await call(address, {accept: '*/*', signal, headers: {Range: `bytes=0-${until - 1}`}});
  return new Uint8Array((await response.arrayBuffer()).slice(0, until));
};
const text = async (address, signal) => new TextDecoder().decode(await part(address, MOST, signal));

/** What the end of the name says, where the type says little. */
function sort(item) {
  const name = item.name.toLowerCase();
  const type = String(item.mediaType || '').replace(/;.*$/, '');
  if (/\.(fits|fit|fts)$/.test(name) || /fits/.test(type)) return 'fits';
  if (/\.(vot|votable)(\.xml)?$/.test(name) || /votable/.test(type)) return 'votable';
  if (/\.(csv|tsv)$/.test(name) || type === 'text/csv' || type === 'text/tab-separated-values') return 'table';
  if (IMAGES.test(type)) return 'image';
  if (/\.ipynb$/.test(name)) return 'notebook';
  if (/json$/.test(type)) return 'json';
  if (/^text\/|xml$|yaml$|javascript$/.test(type)) return 'text';
  return 'other';
}

export async function preview(address, item, signal) {
  const views = {fits, votable, table: delimited, image, notebook, json, text: plain, other};
  try {
    const seen = await views[sort(item)](address, item, signal);
    return h('section', {class: 'preview', 'aria-label': `Preview of ${item.name}`}, h('h3', {}, item.name), seen);
  } catch (e) {
    return trouble(e);
  }
}

const cut = item => item.size > MOST && h('p', {class: 'help'}, `The first ${bytes(MOST)} of ${bytes(item.size)}.`);
const block = (words, name) => h('pre', {tabindex: '0', role: 'region', 'aria-label': `Text of ${name}`}, words);

async function plain(address, item, signal) {
  return [block(await text(address, signal), item.name), cut(item)];
}

async function json(address, item, signal) {
  const source = await text(address, signal);
  try {
    return [block(JSON.stringify(JSON.parse(source), null, 2), item.name)];
  } catch (e) {
    return [block(source, item.name), cut(item)];
  }
}

/** A picture is shown as a picture: in this place an SVG runs no script and loads nothing. */
async function image(address, item, signal) {
  const blob = await (await call(address, {accept: '*/*', signal})).blob();
  const url = URL.createObjectURL(new Blob([blob], {type: String(item.mediaType).replace(/;.*$/, '')}));
  signal.addEventListener('abort', () => URL.revokeObjectURL(url));
  return h('img', {src: url, alt: `The picture ${item.name}`, class: 'picture'});
}

async function delimited(address, item, signal) {
  const source = await text(address, signal);
  const lines = records(source, /\.tsv$/i.test(item.name) ? '\t' : ',', ROWS + 1);
  const [head = [], ...rest] = lines;
  return [table(`${item.name}: ${plural(rest.length, 'row')}${rest.length === ROWS || item.size > MOST ? ' from its beginning' : ''}`, head, rest.map(line => row(...line)))];
}

/** Rows of a table as RFC 4180 writes them. */
export function records(source, comma, most) {
  const rows = [];
  let line = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < source.length && rows.length < most; i++) {
    const letter = source[i];
    if (quoted) {
      if (letter === '"' && source[i + 1] === '"') cell += source[i++];
      else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"' && cell === '') quoted = true;
    else if (letter === comma) {
      line.push(cell);
      cell = '';
    } else if (letter === '\n' || letter === '\r') {
      if (letter === '\r' && source[i + 1] === '\n') i++;
      if (line.length || cell) rows.push([...line, cell]);
      line = [];
      cell = '';
    } else cell += letter;
  }
  if ((line.length || cell) && rows.length < most) rows.push([...line, cell]);
  return rows;
}

/** The header cards of every unit, read unit by unit: the data between them is stepped over. */
async function fits(address, item, signal) {
  const units = [];
  let offset = 0;
  while (offset < item.size && units.length < 20) {
    const cards = [];
    let size = 0;
    for (let ended = false; !ended && size < 200;) {
      const response = await call(address, {accept: '*/*', signal, headers: {Range: `bytes=${offset + size * BLOCK}-${offset + (size + 1) * BLOCK - 1}`}});
      const letters = new TextDecoder('latin1').decode(await response.arrayBuffer());
      if (letters.length < BLOCK) return units.length ? show(units) : h('p', {}, 'This is no whole FITS file.');
      size++;
      for (let i = 0; i < BLOCK; i += 80) {
        const card = letters.slice(i, i + 80);
        if (card.startsWith('END ')) {
          ended = true;
          break;
        }
        cards.push(card.trimEnd());
      }
    }
    const value = name => {
      const card = cards.find(one => one.startsWith(name.padEnd(8) + '='));
      return card ? card.slice(10).replace(/\/.*$/, '').replace(/'/g, '').trim() : '';
    };
    if (units.length === 0 && !cards[0].startsWith('SIMPLE')) return h('p', {}, 'This is no FITS file.');
    const axes = Array.from({length: Number(value('NAXIS')) || 0}, (_, i) => Number(value(`NAXIS${i + 1}`)));
    units.push({cards, axes, name: value('EXTNAME') || value('XTENSION') || (units.length ? `Unit ${units.length}` : 'Primary')});
    const elements = axes.length ? axes.reduce((product, axis) => product * axis, 1) : 0;
    const data = Math.abs(Number(value('BITPIX')) || 0) / 8 * (Number(value('GCOUNT')) || 1) * ((Number(value('PCOUNT')) || 0) + elements);
    offset += size * BLOCK + Math.ceil(data / BLOCK) * BLOCK;
  }
  return show(units);

  function show(all) {
    return all.map((unit, i) => h('details', {open: i === 0}, h('summary', {}, `${unit.name} ${unit.axes.length ? `(${unit.axes.join(' × ')})` : ''}`),
      table(`Header of ${unit.name}`, ['Keyword', 'Value', 'Comment'], unit.cards.filter(card => card.trim()).map(card => {
        const found = /^(.{8})= *('(?:[^']|'')*'|[^/]*?) *(?:\/ *(.*))?$/.exec(card);
        return found ? row(h('th', {scope: 'row'}, found[1].trim()), found[2].replace(/^'|'$/g, '').trim(), found[3] || '')
          : row(h('th', {scope: 'row'}, card.slice(0, 8).trim()), card.slice(8).trim(), '');
      }))));
  }
}

const policy = window.trustedTypes && window.trustedTypes.createPolicy('xml', {createHTML: source => source});

/** XML that is read and never shown as such: a document apart, of which only texts are taken. */
function xml(source) {
  if (/<!DOCTYPE|<!ENTITY/i.test(source)) throw new Error('A document type is not read here.');
  const document = new DOMParser().parseFromString(policy ? policy.createHTML(source) : source, 'text/xml');
  if (document.getElementsByTagName('parsererror').length) throw new Error('This is no well-formed XML.');
  return document;
}

async function votable(address, item, signal) {
  if (item.size > 8 * MOST) return plain(address, item, signal);
  const document = xml(new TextDecoder().decode(await part(address, 8 * MOST, signal)));
  const tables = [...document.getElementsByTagNameNS('*', 'TABLE')];
  if (tables.length === 0) return h('p', {}, 'There is no table in it.');
  return tables.map((one, i) => {
    const columns = [...one.children].filter(child => child.localName === 'FIELD');
    const rows = [...one.getElementsByTagNameNS('*', 'TR')];
    const described = [...one.children].find(child => child.localName === 'DESCRIPTION');
    const name = one.getAttribute('name') || `Table ${i + 1}`;
    return [described && h('p', {}, described.textContent.trim()),
      pairs([['Columns', columns.length], ['Rows', rows.length || null]]),
      rows.length === 0 ? h('p', {class: 'help'}, 'Its rows are not written as text; save it to read them.')
        : table(`${name}${rows.length > ROWS ? `: the first ${ROWS} rows` : ''}`,
          columns.map(column => h('th', {scope: 'col', title: column.getAttribute('ucd')}, column.getAttribute('name') || '', column.getAttribute('unit') && h('span', {class: 'help'}, column.getAttribute('unit')))),
          rows.slice(0, ROWS).map(line => row(...[...line.children].map(cell => cell.textContent.trim()))))];
  });
}

/** A notebook's cells with what they wrote. */
async function notebook(address, item, signal) {
  const document = JSON.parse(await (await call(address, {accept: '*/*', signal})).text());
  const lines = value => (Array.isArray(value) ? value.join('') : String(value || ''));
  return (document.cells || []).slice(0, 300).map((cell, i) => h('div', {class: `cell ${cell.cell_type === 'code' ? 'code' : 'words'}`},
    cell.cell_type === 'code' ? block(lines(cell.source), `cell ${i + 1}`) : h('p', {class: 'prose'}, lines(cell.source)),
    (cell.outputs || []).map((output, j) => {
      const data = output.data || {};
      const png = data['image/png'];
      if (png) return h('img', {src: `data:image/png;base64,${lines(png).replace(/\s/g, '')}`, alt: `Output ${j + 1} of cell ${i + 1}`, class: 'picture'});
      const words = lines(output.text || data['text/plain'] || (output.traceback ? `${output.ename}: ${output.evalue}` : ''));
      return words && h('pre', {class: 'out', tabindex: '0', role: 'region', 'aria-label': `Output ${j + 1} of cell ${i + 1}`}, words);
    })));
}

async function other(address, item) {
  return h('p', {class: 'help'}, `${bytes(item.size)} of ${item.mediaType || 'something'}: there is no preview. Save it to open it.`);
}
