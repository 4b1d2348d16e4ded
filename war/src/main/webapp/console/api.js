/* The public contract, as this page uses it. It knows no other way to a planner or a registry than anybody has. */

import {token, planners as chosen} from './memory.js';

/** This node's own planner and registry, however this page was reached. */
export const HOME = new URL('../planner', document.baseURI).href;
export const REGISTRY = new URL('../registry', document.baseURI).href;
const STANDARD = 'ExecutionBroker';

/** What a server refused, as RFC 9457 tells it. */
export class Problem extends Error {
  constructor(status, document, where) {
    super(document.detail || document.title || `The answer was ${status}.`);
    this.status = status;
    this.title = document.title;
    this.code = String(document.type || '').replace(/^.*\//, '');
    this.errors = document.errors;
    this.instance = document.instance;
    this.where = where;
  }
}

const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** A key that no two calls share. */
export function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** The pasted token is shown to this node and to nobody else. */
const credentials = address => (token.read() && new URL(address).origin === location.origin
  ? {Authorization: `Bearer ${token.read()}`} : {});

/** One call; what is not 2xx is thrown as a problem. */
export async function call(address, options = {}) {
  const {json, body, type, accept = 'application/json', method = json || body ? 'POST' : 'GET', headers = {}, signal} = options;
  const sent = {Accept: accept, ...credentials(address), ...headers};
  if (json !== undefined || body !== undefined) sent['Content-Type'] = type || 'application/json';
  let response;
  try {
    response = await fetch(address, {method, signal, headers: sent,
      body: json === undefined ? body : JSON.stringify(json), credentials: 'same-origin', cache: 'no-cache'});
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Problem(0, {title: 'No answer', detail: `${new URL(address).host} does not answer, or may not be asked from this page.`}, address);
  }
  if (response.ok) return response;
  let document = {};
  try {
    document = await response.json();
  } catch (e) {
    /* not a problem document: the status has to do */
  }
  throw new Problem(response.status, document, address);
}

/** The document of an answer; one that cannot be read is the server's fault, and told as such. */
async function document_(response) {
  try {
    return await response.json();
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Problem(response.status, {title: 'Not understood', detail: `${new URL(response.url).host} answers what cannot be read.`}, response.url);
  }
}

export const read = async (address, options) => document_(await call(address, options));

/** Events of a stream, as they come: {id, name, data}. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = {data: []};
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (event.data.length) yield {...event, data: event.data.join('\n')};
        event = {id: event.id, data: []};
      } else {
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (name === 'data') event.data.push(value);
        else if (name === 'id') event.id = value;
        else if (name === 'event') event.name = value;
      }
    }
  }
}

/**
 * Asks one planner. Where it streams, `part(platform, set)` is called as each platform's offers come; a planner of another
 * make may answer at once. Resolves to the whole set.
 */
export async function ask(planner, request, part, signal) {
  let response;
  const options = {json: request, signal, accept: 'text/event-stream, application/json;q=0.9', headers: {'Idempotency-Key': key()}};
  response = await call(`${planner.url}/requests`, options);
  if (!(response.headers.get('Content-Type') || '').startsWith('text/event-stream')) {
    return document_(response);
  }
  for await (const event of events(response)) {
    const document = JSON.parse(event.data);
    if (event.name === 'offers') part((document.meta || {}).name || planner.name, document);
    else if (event.name === 'problem') throw new Problem(document.status || 500, document, planner.url);
    else if (event.name === 'set') return document;
  }
  throw new Problem(0, {title: 'Cut off', detail: `${planner.name} stopped in the middle of its answer.`}, planner.url);
}

/** The name under which a planner knows a session or an offer set: the end of its address, key and all. */
export const nameOf = address => decodeURIComponent(String(address || '').replace(/[?#].*$/, '').replace(/^.*\//, ''));

export const sessionAt = (planner, session) => `${planner}/sessions/${encodeURIComponent(session)}`;

/** Sets an option of a session: its phase, its duration, whom it is shared with. */
export const update = (address, document, headers) => read(address,
  {json: document, headers: {'Idempotency-Key': key(), ...headers}});

export const phase = (address, value, headers) => update(address, {kind: 'uri:enum-value-update', path: 'phase', value}, headers);

/**
 * Follows a session to its end. A stream that breaks is taken up where it stopped; nothing is missed and nothing is polled.
 */
export async function follow(address, each, signal) {
  let last = '';
  let pause = 500;
  while (!signal.aborted) {
    try {
      const response = await call(`${address}/events?use=true`,
        {accept: 'text/event-stream', signal, headers: last ? {'Last-Event-ID': last} : {}});
      pause = 500;
      for await (const event of events(response)) {
        if (event.id) last = event.id;
        const document = JSON.parse(event.data);
        each(event.name, document);
        if (!['output', 'use'].includes(event.name) && ['COMPLETED', 'FAILED', 'CANCELLED', 'REJECTED', 'EXPIRED'].includes(document.phase)) return;
      }
    } catch (e) {
      if (signal.aborted || e.name === 'AbortError') return;
      if (e.status >= 400 && e.status < 500 && e.status !== 429) throw e;
    }
    await wait(pause);
    pause = Math.min(pause * 2, 15000);
  }
}

/* ---- who can be asked ---- */

/** Planners of this node's registry: name, address, kinds, whether they answer. None where this node has no registry. */
export async function registered(signal) {
  const found = [];
  let next = `${REGISTRY}/search?limit=200`;
  while (next && found.length < 1000) {
    const page = await read(next, {signal});
    for (const item of page.items || []) {
      const capability = (item.capabilities || []).find(one => String(one.standardID || '').includes(`/${STANDARD}`));
      const face = capability && (capability.interfaces || []).find(one => one.role === 'std' || one.accessURL);
      if (face && face.accessURL) {
        found.push({name: item.title || item.shortName || item.identifier, url: face.accessURL.replace(/\/+$/, ''),
          identifier: item.identifier, availability: item.availability, kinds: item.kinds || [], description: item.description,
          publisher: item.publisher, checked: item.checked, stale: item.stale});
      }
    }
    next = page.next ? `${REGISTRY}/search${new URL(page.next).search}` : null;
  }
  return found;
}

/** Everybody who is asked: this node's planner, those of the registry, and those added by hand, without those switched off. */
export async function planners(signal) {
  const {off, added} = chosen.read();
  const all = [{name: 'This node', url: HOME, home: true}];
  const add = planner => {
    const known = all.find(one => one.url === planner.url || (one.home && sameNode(planner.url)));
    if (known) Object.assign(known, {...planner, url: known.url});
    else all.push(planner);
  };
  try {
    (await registered(signal)).forEach(add);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    /* a node without a registry has its own planner, and those added by hand */
  }
  added.forEach(url => add({name: new URL(url).host, url, added: true}));
  return all.map(planner => ({...planner, asked: !off.includes(planner.url)}));
}

/** Loopback has several names; a planner at this port of this machine is this one. */
function sameNode(url) {
  const {hostname, port, pathname} = new URL(url);
  const loopback = name => /^(localhost|127\.|\[::1\])/.test(name);
  const here = new URL(HOME);
  return pathname === here.pathname && port === here.port
    && (hostname === here.hostname || (loopback(hostname) && loopback(here.hostname)));
}

let caller = null;

/** Who this planner takes the caller for; asked once, and again when the token changes. */
export function me(again) {
  if (!caller || again) {
    caller = read(`${HOME}/me`);
    caller.catch(() => {
      caller = null;
    });
  }
  return caller;
}
