/* Composing a task: as a form, or as the document that is sent. */

import {HOME, planners, read} from '../api.js';
import {button, field, fresh, h, say, trouble} from '../dom.js';
import {answer, planners as chosen, request as kept} from '../memory.js';
import {EURO, STANDARD, TEMPLATES, interval, tidy} from '../request.js';
import {allKinds, duration, fields, leastAndMost, ofKind, schemaOf} from '../schemaform.js';
import {short, title as words} from '../words.js';

export const title = 'Compose a task';

const LONGEST = 4_000_000;
const LASTING = /\/persistent(\.yaml)?$/;

export async function show(main, {signal}) {
  let task = kept.read() || TEMPLATES[0].task();
  const form = h('div', {class: 'stack', id: 'task-form'});
  const text = h('textarea', {id: 'document', rows: 26, spellcheck: 'false', class: 'code', 'aria-describedby': 'document-help'});
  const problems = h('div', {});
  const panels = {form, document: h('div', {class: 'card', hidden: true},
    field('The document', text), h('p', {class: 'help', id: 'document-help'},
      'The request as it is sent. Paste JSON, YAML or XML; what is not JSON is read by the planner when you leave the field.'))};
  let shown = 'form';

  const keep = () => {
    kept.keep(tidy(task));
    answer.keep(null);
  };
  const write = () => {
    text.value = JSON.stringify(tidy(task), null, 2);
  };
  const take = async fresher => {
    task = fresher;
    keep();
    write();
    problems.replaceChildren();
    await draw(form, task, keep, signal);
  };

  async function takeText(source, name = '') {
    try {
      await take(await readTask(source, name));
      return true;
    } catch (e) {
      problems.replaceChildren(trouble(e));
      return false;
    }
  }

  const tabs = h('div', {class: 'tabs', role: 'group', 'aria-label': 'How to compose'},
    ['form', 'document'].map(name => button(name === 'form' ? 'Form' : 'Document', async event => {
      if (shown === 'document' && name === 'form' && !(await takeText(text.value))) return;
      shown = name;
      write();
      for (const tab of tabs.children) tab.setAttribute('aria-pressed', String(tab === event.target));
      panels.form.hidden = name !== 'form';
      panels.document.hidden = name !== 'document';
    }, {'aria-pressed': String(name === 'form')})));
  text.addEventListener('change', () => takeText(text.value));

  const asked = h('div', {id: 'asked'});
  const ask = h('button', {type: 'submit', class: 'main', id: 'ask'}, 'Ask for offers');
  const whole = h('form', {class: 'desk', novalidate: true, onsubmit: async event => {
    event.preventDefault();
    if (shown === 'document' && !(await takeText(text.value))) return;
    keep();
    location.hash = '#/offers';
  }},
  h('div', {class: 'stack'}, tabs, problems, panels.form, panels.document),
  h('aside', {class: 'stack', 'aria-label': 'Asking'},
    h('div', {class: 'card'}, h('h2', {}, 'Who is asked'), asked),
    h('p', {class: 'stick'}, ask)));

  main.append(h('h1', {}, title),
    h('p', {class: 'lead'}, 'Say what is to be run and with what. Platforms answer where, when and on what terms.'),
    beginnings(take, takeText), whole);
  write();
  // The form waits for no registry.
  await Promise.all([draw(form, task, keep, signal), askedPlanners(asked, signal)]);
}

/** JSON is read here; YAML, XML and software descriptions are read by the planner, as it would read them from anybody. */
async function readTask(source, name) {
  const trimmed = source.trim();
  if (trimmed.length > LONGEST) throw new Error('This is too long to be a task.');
  if (trimmed.startsWith('{')) {
    let value;
    try {
      value = JSON.parse(trimmed);
    } catch (e) {
      throw new Error(`This is no JSON: ${e.message}`);
    }
    if (value.executable) return value;
  }
  const type = trimmed.startsWith('{') ? 'application/json' : trimmed.startsWith('<') || /\.xml$/i.test(name) ? 'application/xml' : 'application/yaml';
  return read(`${HOME}/templates`, {body: trimmed, type, method: 'POST'});
}

/** What one may begin with. */
function beginnings(take, takeText) {
  const address = h('input', {type: 'url', id: 'from-address', placeholder: 'https://…/codemeta.json', autocomplete: 'off'});
  const file = h('input', {type: 'file', id: 'from-file', accept: '.json,.yaml,.yml,.xml', class: 'unseen',
    onchange: async () => {
      if (file.files[0] && await takeText(await file.files[0].text(), file.files[0].name)) say(`${file.files[0].name} was read.`);
      file.value = '';
    }});
  const trouble_ = h('div', {});
  const fetchIt = async () => {
    trouble_.replaceChildren();
    try {
      await take(await read(`${HOME}/templates?url=${encodeURIComponent(address.value.trim())}`));
      say('The task was read.');
    } catch (e) {
      trouble_.replaceChildren(trouble(e));
    }
  };
  return h('section', {class: 'begin', 'aria-label': 'Begin with'},
    h('div', {class: 'chips'}, h('span', {class: 'quiet'}, 'Begin with'), TEMPLATES.map(template => button(template.name, async () => {
      await take(template.task());
      say(`${template.name}: ${template.text}`);
    }, {title: template.text})),
    file, h('label', {for: 'from-file', class: 'chip'}, 'A file …')),
    h('details', {}, h('summary', {}, '… or with what is at an address'), h('div', {class: 'join'}, h('div', {class: 'field grow'}, h('label', {for: 'from-address'}, 'A task, or a software’s codemeta.json'), address),
      button('Read', fetchIt))), trouble_);
}

async function draw(form, task, keep, signal) {
  const parts = [await executable(task, keep, () => draw(form, task, keep, signal)),
    await machine(task, keep), when(task, keep), data(task, keep, () => draw(form, task, keep, signal)),
    await more(task, keep)];
  if (!signal.aborted) form.replaceChildren(...parts);
}

async function executable(task, keep, redraw) {
  task.executable = task.executable || {};
  const target = task.executable;
  const all = (await allKinds()).filter(kind => kind.group === 'executable');
  const known = await ofKind('executable', target.kind);
  const meta = target.meta = target.meta || {};
  const choice = h('select', {id: 'kind', onchange: async event => {
    const kind = all.find(one => one.kind === event.target.value);
    const fieldsOfBoth = Object.keys((await schemaOf('executable', kind.kind) || {}).properties || {});
    for (const name of Object.keys(target)) if (name !== 'meta' && !fieldsOfBoth.includes(name)) delete target[name];
    target.kind = kind.kind;
    keep();
    await redraw();
    form_focus('kind');
  }}, known ? [] : [h('option', {value: target.kind || ''}, target.kind ? short(target.kind) : 'Choose …')],
  all.map(kind => h('option', {value: kind.kind, selected: kind === known}, kind.title)));
  const schema = await schemaOf('executable', target.kind);
  const order = schema && {...schema, properties: Object.fromEntries(Object.entries(schema.properties)
    .sort(([a], [b]) => rank(a) - rank(b)))};
  return h('section', {class: 'card', 'aria-labelledby': 'what'}, h('h2', {id: 'what'}, 'What to run'),
    h('div', {class: 'pair'}, field('Kind', choice, known && known.description),
      field('Name', h('input', {type: 'text', value: meta.name || '', autocomplete: 'off', oninput: event => {
        meta.name = event.target.value;
        keep();
      }}), 'As you will find it again.')),
    order ? await fields(order, target, keep) : h('p', {class: 'help'}, 'This planner does not know the kind; its fields can be changed in the document.'));
}

const FIRST = ['location', 'repository', 'image', 'language', 'command', 'arguments', 'document', 'path', 'mainClass'];
const rank = name => (FIRST.indexOf(name) < 0 ? FIRST.length : FIRST.indexOf(name));

function form_focus(id) {
  const element = document.getElementById(id);
  if (element) element.focus();
}

async function machine(task, keep) {
  task.compute = task.compute || {kind: `${STANDARD}compute/simple-compute-resource.yaml`};
  const schema = await schemaOf('compute', task.compute.kind) || {properties: {}};
  const rest = {...schema, properties: Object.fromEntries(Object.entries(schema.properties)
    .filter(([name]) => !['cores', 'memory', 'volumes'].includes(name)))};
  const whole = {type: 'integer', minimum: 0};
  return h('section', {class: 'card', 'aria-labelledby': 'machine'}, h('h2', {id: 'machine'}, 'On how much'),
    h('div', {class: 'pair'}, leastAndMost('Cores', 'cores', whole, task.compute, keep), leastAndMost('Memory', 'memory', whole, task.compute, keep)),
    Object.keys(rest.properties).length > 3 && h('details', {}, h('summary', {}, 'Accelerators and more'), await fields(rest, task.compute, keep)));
}

const local = date => (date ? new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16) : '');

function when(task, keep) {
  task.schedule = task.schedule || {};
  task.schedule.requested = task.schedule.requested || {};
  const asked = task.schedule.requested;
  const [from, until] = interval(asked.start);
  const write = () => {
    const [begin, end] = [earliest, latest].map(control => (control.value ? new Date(control.value) : null));
    if (!begin && !end) delete asked.start;
    else {
      const start = begin || new Date();
      asked.start = `${start.toISOString()}/${(end || new Date(start.getTime() + 7 * 86400000)).toISOString()}`;
    }
    keep();
  };
  const earliest = h('input', {type: 'datetime-local', value: local(from), onchange: write});
  const latest = h('input', {type: 'datetime-local', value: local(until), onchange: write});
  return h('section', {class: 'card', 'aria-labelledby': 'when'}, h('h2', {id: 'when'}, 'When, and at what cost'),
    h('div', {class: 'pair'}, duration('It may run for', asked.duration, value => {
      if (value) asked.duration = value;
      else delete asked.duration;
      keep();
    }), ceiling(task, keep)),
    h('div', {class: 'pair'}, field('Begin at the earliest', earliest), field('Begin at the latest', latest)));
}

/** What the caller will bear at most, in one currency. */
function ceiling(task, keep) {
  const costs = task.costs = task.costs || [];
  const of = () => costs.find(cost => /money/.test(cost.type || ''));
  const amount = h('input', {type: 'number', min: 0, step: 'any', value: (of() || {}).max ?? '', oninput: () => {
    const cost = of() || {kind: `${STANDARD}costs/simple-minmax-float-cost.yaml`, type: EURO};
    if (amount.value === '') costs.splice(costs.indexOf(cost), costs.includes(cost) ? 1 : 0);
    else {
      cost.max = Number(amount.value);
      if (!costs.includes(cost)) costs.push(cost);
    }
    keep();
  }});
  const line = field('It may cost at most', amount);
  line.classList.add('united');
  amount.after(h('span', {class: 'unit'}, short((of() || {type: EURO}).type)));
  return line;
}

/** Data at addresses, and where the run finds them. Other kinds of data have a form of their own kind. */
function data(task, keep, redraw) {
  task.data = task.data || [];
  const volumes = () => {
    task.compute.volumes = task.compute.volumes || [];
    return task.compute.volumes;
  };
  const rows = task.data.map((item, i) => {
    item.meta = item.meta || {};
    const name = item.meta.name = item.meta.name || `data-${i + 1}`;
    const volume = volumes().find(one => one.resource === name);
    const holder = h('fieldset', {}, h('legend', {}, words(item.kind || 'data')));
    const path = field('Appears as', h('input', {type: 'text', spellcheck: 'false', value: (volume || {}).path || '', placeholder: 'catalogue.csv', oninput: event => {
      const known = volumes().find(one => one.resource === name);
      if (known) known.path = event.target.value;
      else volumes().push({kind: `${STANDARD}volume/simple-volume-mount.yaml`, path: event.target.value, mode: 'READONLY', resource: name});
      keep();
    }}));
    const remove = button('Remove', () => {
      task.data.splice(i, 1);
      task.compute.volumes = volumes().filter(one => one.resource !== name);
      keep();
      redraw();
    }, {class: 'plain', 'aria-label': `Remove ${name}`});
    schemaOf('data', item.kind).then(async schema => holder.append(
      ...(schema ? await fields(schema, item, keep, new Set(['kind', 'meta', 'storage', 'phase', 'schedule', 'costs', 'metrics'])) : []), path, remove));
    return holder;
  });
  const kind = h('select', {'aria-label': 'Kind of data'});
  allKinds().then(all => kind.append(...all.filter(one => one.group === 'data').map(one => h('option', {value: one.kind}, one.title))));
  return h('section', {class: 'card', 'aria-labelledby': 'data'}, h('h2', {id: 'data'}, 'With which data'),
    rows.length === 0 && h('p', {class: 'help'}, 'None. A platform fetches what is named here before the run begins.'), rows,
    h('div', {class: 'join'}, kind, button('Add', () => {
      task.data.push({kind: kind.value, meta: {}});
      keep();
      redraw();
    })));
}

/** Room for files; everything else is in the document. */
async function more(task, keep) {
  task.storage = task.storage || [];
  const list = h('div', {class: 'stack'});
  const draw = async () => {
    list.replaceChildren(...await Promise.all(task.storage.map(async (item, i) => {
      const schema = await schemaOf('storage', item.kind);
      item.meta = item.meta || {};
      return h('fieldset', {}, h('legend', {}, words(item.kind)), field('Name', h('input', {type: 'text', value: item.meta.name || '', autocomplete: 'off', oninput: event => {
        item.meta.name = event.target.value;
        keep();
      }}), LASTING.test(item.kind) ? 'By it a later task takes it up again, with no lifetime of its own.' : ''), schema && await fields(schema, item, keep, new Set(['kind', 'meta', 'data', 'phase', 'schedule', 'costs', 'metrics'])),
        button('Remove', () => {
          task.storage.splice(i, 1);
          keep();
          draw();
        }, {class: 'plain', 'aria-label': `Remove storage ${i + 1}`}));
    })));
  };
  const kind = h('select', {'aria-label': 'Kind of storage'},
    (await allKinds()).filter(one => one.group === 'storage').map(one => h('option', {value: one.kind}, one.title)));
  await draw();
  return h('details', {class: 'card', open: task.storage.length > 0}, h('summary', {}, 'Room for files'), h('div', {class: 'stack'}, list,
    h('div', {class: 'join'}, kind, button('Add', () => {
      task.storage.push({kind: kind.value, meta: {name: `storage-${task.storage.length + 1}`}, size: {min: 1},
        ...(LASTING.test(kind.value) ? {lifetime: {min: 'P7D'}} : {})});
      keep();
      draw();
    }))));
}

/** The planners that will be asked; each may be left out. */
async function askedPlanners(holder, signal) {
  const draw = async () => {
    const all = await planners(signal);
    const toggle = (planner, on) => {
      const now = chosen.read();
      chosen.keep({...now, off: on ? now.off.filter(url => url !== planner.url) : [...now.off, planner.url]});
    };
    holder.replaceChildren(h('ul', {class: 'checks'}, all.map(planner => {
      const id = fresh('planner');
      return h('li', {}, h('input', {type: 'checkbox', id, checked: planner.asked, onchange: event => toggle(planner, event.target.checked)}),
        h('label', {for: id}, planner.name, h('span', {class: 'help'}, new URL(planner.url).host,
          planner.availability === 'down' ? ' · does not answer now' : '')),
        planner.added && button('Remove', () => {
          const now = chosen.read();
          chosen.keep({...now, added: now.added.filter(url => url !== planner.url)});
          draw();
        }, {class: 'plain', 'aria-label': `Remove ${planner.name}`}));
    })), h('details', {}, h('summary', {}, 'Ask another one'), other()));
  };
  const other = () => {
    const address = h('input', {type: 'url', placeholder: 'https://…/planner', autocomplete: 'off'});
    const wrong = h('p', {class: 'bad', role: 'alert'});
    return h('div', {class: 'stack'}, field('Its base address', address), button('Add', () => {
      let url = null;
      try {
        url = new URL(address.value.trim());
      } catch (e) {
        /* told below */
      }
      if (!url || !/^https?:$/.test(url.protocol)) {
        wrong.textContent = 'This is no address of the web.';
        return;
      }
      const now = chosen.read();
      chosen.keep({...now, added: [...new Set([...now.added, url.href.replace(/\/+$/, '')])]});
      draw();
    }), wrong);
  };
  await draw();
}
