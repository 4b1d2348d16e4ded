'use strict';
(() => {
  const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
  const NAMES = {'application/json': 'JSON', 'application/xml': 'XML', 'application/yaml': 'YAML'};
  const LONGEST = 2_000_000;
  const by = id => document.getElementById(id);
  const source = document.querySelector('link[rel="service-desc"]').href;
  let api = null;
  let call = null;
  let written = '';
  let running = null;
  let file = null;

  function el(name, text, attributes = {}) {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  function at(pointer) {
    return pointer.slice(2).split('/')
      .reduce((node, part) => node && node[part.replace(/~1/g, '/').replace(/~0/g, '~')], api);
  }

  const resolved = node => (node && node.$ref ? at(node.$ref) : node) || {};

  /* ---- the document in other formats ---- */

  /** A schema's properties with those of every kind it may turn out to be. */
  function properties(schema) {
    const actual = resolved(schema);
    return [...(actual.allOf || []), ...(actual.anyOf || [])].reduce(
      (all, part) => ({...properties(part.then || part), ...all}), {...(actual.properties || {})});
  }

  const escaped = text => String(text).replace(/[&<>"]/g, c => `&#${c.codePointAt(0)};`);

  function xmlOf(name, value, schema, indent, namespace) {
    const actual = resolved(schema);
    const open = `${indent}<${name}${namespace || ''}`;
    if (value === null || value === undefined) return '';
    if (Array.isArray(value)) {
      const item = (actual.items && actual.items.xml && actual.items.xml.name) || 'item';
      return `${open}>\n${value.map(one => xmlOf(item, one, actual.items, indent + '  ')).join('')}${indent}</${name}>\n`;
    }
    if (typeof value === 'object') {
      if (actual.additionalProperties) {
        const entries = Object.entries(value)
          .map(([key, text]) => `${indent}  <entry name="${escaped(key)}">${escaped(text)}</entry>\n`);
        return `${open}>\n${entries.join('')}${indent}</${name}>\n`;
      }
      const known = properties(actual);
      let attributes = '';
      let children = '';
      for (const [key, one] of Object.entries(value)) {
        const property = known[key] || {};
        if (property.xml && property.xml.attribute) attributes += ` ${key}="${escaped(one)}"`;
        else children += xmlOf(key, one, property, indent + '  ');
      }
      return children ? `${open}${attributes}>\n${children}${indent}</${name}>\n` : `${open}${attributes}/>\n`;
    }
    return `${open}>${escaped(value)}</${name}>\n`;
  }

  function toXml(value, schema) {
    const root = resolved(schema).xml || {};
    const namespace = root.namespace ? ` xmlns="${root.namespace}"` : '';
    return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlOf(root.name || 'document', value, schema, '', namespace)}`;
  }

  function toYaml(value, indent = '') {
    const scalar = one => JSON.stringify(one);
    const key = name => (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name)
      ? name : JSON.stringify(name));
    const empty = one => one === null || typeof one !== 'object' || Object.keys(one).length === 0;
    if (empty(value)) return `${scalar(value)}\n`;
    if (Array.isArray(value)) {
      return value.map(one => empty(one) ? `${indent}- ${scalar(one)}\n`
        : `${indent}- ${toYaml(one, indent + '  ').trimStart()}`).join('');
    }
    return Object.entries(value).map(([name, one]) => empty(one) ? `${indent}${key(name)}: ${scalar(one)}\n`
      : `${indent}${key(name)}:\n${toYaml(one, indent + (Array.isArray(one) ? '' : '  '))}`).join('');
  }

  function inFormat(value, type, schema) {
    if (type === 'application/xml') return toXml(value, schema);
    return type === 'application/yaml' ? toYaml(value) : JSON.stringify(value, null, 2);
  }

  /* ---- who is logged in ---- */

  /** Says who is logged in at pages of this node, or where one can; nothing where nobody can. */
  async function who() {
    const answer = await fetch('../login', {headers: {Accept: 'application/json'}});
    if (!answer.ok) return;
    const login = await answer.json();
    if (login.person) {
      by('who').replaceChildren(`Logged in as ${login.person.name}. `, el('a', 'Log out', {href: login.logout}));
    } else if (login.issuers.length) {
      const back = encodeURIComponent(location.pathname + location.hash);
      by('who').replaceChildren(el('a', 'Log in', {href: `../login?return=${back}`}));
    }
  }

  /* ---- the list of calls ---- */

  function list() {
    const holder = by('calls');
    holder.replaceChildren();
    const wanted = by('filter').value.trim().toLowerCase();
    for (const tag of api.tags || [{name: ''}]) {
      const items = [];
      for (const [path, methods] of Object.entries(api.paths)) {
        for (const method of METHODS) {
          const operation = methods[method];
          if (!operation || !(operation.tags || ['']).includes(tag.name)) continue;
          if (!`${method} ${path} ${operation.summary}`.toLowerCase().includes(wanted)) continue;
          const button = el('button', undefined, {type: 'button'});
          button.append(el('span', method.toUpperCase(), {class: 'verb'}), el('span', path, {class: 'where'}),
            el('br'), el('span', operation.summary, {class: 'help'}));
          if (call && call.operation === operation) button.setAttribute('aria-current', 'true');
          button.addEventListener('click', () => choose(path, method, true));
          const item = el('li');
          item.append(button);
          items.push(item);
        }
      }
      if (items.length) {
        const group = el('ul');
        group.append(...items);
        holder.append(el('h2', tag.description || tag.name), group);
      }
    }
    if (!holder.childElementCount) holder.append(el('p', 'No call is like that.'));
  }

  function choose(path, method, focus) {
    const operation = api.paths[path][method];
    const content = operation.requestBody ? resolved(operation.requestBody).content : null;
    call = {path, method, operation, content, servers: api.paths[path].servers || api.servers};
    location.hash = operation.operationId;
    by('call-title').textContent = operation.summary;
    by('call-method').textContent = method.toUpperCase();
    by('call-path').textContent = path;
    by('call-text').textContent = operation.description || '';
    by('form').hidden = false;
    by('answer').hidden = true;

    const parameters = by('parameter-list');
    parameters.replaceChildren();
    for (const given of operation.parameters || []) {
      const parameter = resolved(given);
      const id = `parameter-${parameter.in}-${parameter.name}`;
      const row = el('div', undefined, {class: 'parameter'});
      const kind = {path: 'in the path', query: 'in the query', header: 'as a header'}[parameter.in];
      const input = el('input', undefined, {id, type: 'text', autocomplete: 'off', spellcheck: 'false',
        'aria-describedby': `${id}-help`, 'data-name': parameter.name, 'data-in': parameter.in});
      if (parameter.required) input.required = true;
      if (parameter.example && parameter.in !== 'header') input.value = parameter.example;
      row.append(el('label', parameter.name, {for: id}), input,
        el('span', `${parameter.required ? 'Needed, ' : ''}${kind}. ${parameter.description}`,
          {id: `${id}-help`, class: 'help'}));
      parameters.append(row);
    }
    by('parameters').hidden = !parameters.childElementCount;

    by('body-set').hidden = !content;
    if (content) {
      const examples = (content['application/json'] || {}).examples || {};
      const choice = by('example');
      choice.replaceChildren(...Object.entries(examples)
        .map(([name, example]) => el('option', resolved(example).summary || name, {value: name})));
      choice.closest('span').hidden = !choice.childElementCount;
      const chosen = by('format').value;
      by('format').replaceChildren(...Object.keys(content).map(type => el('option', NAMES[type] || type, {value: type})));
      if (content[chosen]) by('format').value = chosen;
      fill();
    }

    const types = new Set();
    const answers = by('answers-list');
    answers.replaceChildren();
    for (const [status, given] of Object.entries(operation.responses)) {
      const response = resolved(given);
      answers.append(el('dt', status), el('dd', response.description));
      if (/^[23]/.test(status)) Object.keys(response.content || {}).forEach(type => types.add(type));
    }
    by('answers').hidden = false;
    by('accept').replaceChildren(...[...types].map(type => el('option', NAMES[type] || type, {value: type})));
    by('accept').closest('span').hidden = types.size < 2;
    list();
    if (focus) by('call').focus();
  }

  function fill() {
    const type = by('format').value;
    const name = by('example').value;
    const example = ((call.content['application/json'] || {}).examples || {})[name];
    written = example ? inFormat(resolved(example).value, type, call.content[type].schema) : '';
    by('body').value = written;
  }

  /** The text in the chosen format: an untouched example anew, and what is JSON by its meaning. */
  function rewrite() {
    const body = by('body');
    if (body.value === written) {
      fill();
      return;
    }
    try {
      const type = by('format').value;
      body.value = inFormat(JSON.parse(body.value), type, call.content[type].schema);
    } catch (e) {
      /* not JSON: the person's own text stays as it is */
    }
  }

  /* ---- sending ---- */

  function request() {
    let path = call.path;
    const query = new URLSearchParams();
    const headers = {};
    for (const input of document.querySelectorAll('#parameter-list input')) {
      const {name} = input.dataset;
      const value = input.value.trim();
      if (input.dataset.in === 'path') {
        path = path.replace(`{${name}}`, value.split('/').map(encodeURIComponent).join('/'));
      } else if (value && input.dataset.in === 'query') {
        for (const one of name === 'phase' ? value.split(/[\s,]+/) : [value]) query.append(name, one);
      } else if (value) {
        headers[name] = value;
      }
    }
    const accept = by('accept').value;
    if (accept) headers.Accept = accept;
    const token = by('token').value.trim();
    if (token) headers.Authorization = `Bearer ${token}`;
    let body;
    if (call.content) {
      body = by('body').value;
      headers['Content-Type'] = by('format').value;
      if (headers['Content-Type'] === 'multipart/form-data') {
        const form = new FormData();
        new URLSearchParams(body).forEach((value, name) => form.append(name, value));
        body = form;
        delete headers['Content-Type'];
      }
    }
    const base = new URL(call.servers[0].url, source).href.replace(/\/$/, '');
    const search = query.toString();
    return {url: base + path + (search ? `?${search}` : ''), method: call.method.toUpperCase(), headers, body};
  }

  const quoted = text => `'${String(text).replace(/'/g, "'\\''")}'`;

  function curl(sent) {
    const lines = [`curl -i -X ${sent.method} ${quoted(sent.url)}`];
    for (const [name, value] of Object.entries(sent.headers)) {
      lines.push(`  -H ${name === 'Authorization' ? '"Authorization: Bearer $TOKEN"' : quoted(`${name}: ${value}`)}`);
    }
    if (sent.body instanceof FormData) sent.body.forEach((value, name) => lines.push(`  -F ${quoted(`${name}=${value}`)}`));
    else if (sent.body !== undefined) lines.push(`  --data-binary ${quoted(sent.body)}`);
    return lines.join(' \\\n');
  }

  async function send(event) {
    event.preventDefault();
    if (running) running.abort();
    const sent = request();
    const own = running = new AbortController();
    const began = performance.now();
    by('answer').hidden = false;
    by('answer-status').textContent = 'Sent …';
    by('answer-status').className = '';
    by('answer-headers').replaceChildren();
    by('answer-body').textContent = '';
    by('answer-file').replaceChildren();
    by('answer-curl').textContent = curl(sent);
    by('stop').hidden = false;
    if (file) URL.revokeObjectURL(file);
    file = null;
    try {
      const response = await fetch(sent.url, {...sent, signal: own.signal, credentials: 'omit', cache: 'no-store'});
      const took = Math.round(performance.now() - began);
      by('answer-status').textContent = `${response.status} ${response.statusText} in ${took} ms`
        + (response.redirected ? `, led on to ${response.url}` : '');
      by('answer-status').className = response.ok ? 'good' : 'bad';
      by('answer-headers').replaceChildren(...[...response.headers].map(([name, value]) => {
        const row = el('tr');
        row.append(el('th', name, {scope: 'row'}), el('td', value));
        return row;
      }));
      await show(response);
    } catch (e) {
      if (own === running) {
        by('answer-status').textContent = e.name === 'AbortError' ? 'Stopped.' : `No answer: ${e.message}`;
        by('answer-status').className = 'bad';
      }
    } finally {
      if (own === running) {
        by('stop').hidden = true;
        running = null;
      }
    }
  }

  async function show(response) {
    const type = (response.headers.get('Content-Type') || '').split(';')[0].trim();
    const target = by('answer-body');
    if (type && !/^text\/|json$|xml$|yaml$/.test(type)) {
      const blob = await response.blob();
      file = URL.createObjectURL(blob);
      target.textContent = `${blob.size} bytes of ${type}`;
      by('answer-file').replaceChildren(el('a', 'Save it', {href: file, download: response.url.split('/').pop()}));
      return;
    }
    if (!response.body) return;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, {stream: true});
      if (text.length > LONGEST) {
        text = `${text.slice(0, LONGEST)}\n… (the rest is not shown)`;
        await reader.cancel();
        break;
      }
      if (type === 'text/event-stream') target.textContent = text;
    }
    if (/json$/.test(type)) {
      try {
        text = JSON.stringify(JSON.parse(text), null, 2);
      } catch (e) {
        /* shown as it came */
      }
    }
    target.textContent = text;
  }

  async function load() {
    by('format').addEventListener('change', rewrite);
    by('example').addEventListener('change', fill);
    by('filter').addEventListener('input', list);
    by('form').addEventListener('submit', send);
    by('stop').addEventListener('click', () => running && running.abort());
    by('body').addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) by('form').requestSubmit();
    });
    try {
      const response = await fetch(source, {headers: {Accept: 'application/json'}});
      if (!response.ok) throw new Error(`status ${response.status}`);
      api = await response.json();
    } catch (e) {
      by('about').textContent = `The description of the interface cannot be read: ${e.message}`;
      return;
    }
    by('about').textContent = `${api.info.summary} ${api.info.description}`;
    document.title = `Try ${api.info.title}`;
    const calls = Object.entries(api.paths).flatMap(([path, methods]) =>
      METHODS.filter(method => methods[method]).map(method => [path, method]));
    const named = calls.find(([path, method]) => `#${api.paths[path][method].operationId}` === location.hash);
    const [path, method] = named || calls[0];
    choose(path, method, false);
  }

  load();
  who().catch(() => by('who').replaceChildren());
})();
