/* One session: where it stands, what it writes, what it left, and what may be done about it. */

import {HOME, Problem, call, follow, nameOf, phase, read, sessionAt, update} from '../api.js';
import {button, h, pairs, row, say, table, toast, trouble} from '../dom.js';
import {accepted, answer, request} from '../memory.js';
import {preview} from '../preview.js';
import {again, interval} from '../request.js';
import {PHASES, TERMINAL, at, away, bytes, full, money, number, range, seconds, short, span} from '../words.js';

export const title = 'Session';

const TRACK = ['ACCEPTED', 'WAITING', 'PREPARING', 'RUNNING', 'RELEASING', 'COMPLETED'];
const ASIDE = new Set(['events', 'stdout', 'stderr', 'results']);

export async function show(main, {parameters, signal, title: named}) {
  const id = parameters.get('id') || '';
  const planner = parameters.get('at') || HOME;
  const page = new Page(main, sessionAt(planner, id), planner, id, signal, named);
  await page.begin();
}

class Page {
  constructor(main, address, planner, id, signal, named) {
    Object.assign(this, {main, address, planner, id, signal, named});
    this.heading = h('h1', {}, 'Session');
    this.badge = h('span', {class: 'phase', role: 'status'});
    this.track = h('ol', {class: 'track', 'aria-label': 'Phases'});
    this.actions = h('div', {class: 'row', role: 'group', 'aria-label': 'What may be done'});
    this.wrong = h('div', {});
    this.facts = h('div', {});
    this.uses = h('div', {});
    this.links = h('div', {});
    this.eventList = h('ol', {class: 'events', tabindex: '0', 'aria-label': 'What happened'});
    this.files = h('div', {});
    this.outputs = {stdout: new Output(this, 'stdout'), stderr: new Output(this, 'stderr')};
  }

  async begin() {
    this.session = await read(this.address, {signal: this.signal});
    this.main.append(h('p', {class: 'back'}, h('a', {href: '#/sessions'}, '← Sessions')),
      h('div', {class: 'headline'}, h('div', {}, this.heading, this.badge), this.actions), this.wrong, this.track,
      h('div', {class: 'desk'},
        h('div', {class: 'stack'}, this.links,
          h('section', {class: 'card', 'aria-labelledby': 'out'}, h('h2', {id: 'out'}, 'Output'), this.outputTabs()),
          h('section', {class: 'card', 'aria-labelledby': 'left'}, h('h2', {id: 'left'}, 'Results'), this.files)),
        h('aside', {class: 'stack', 'aria-label': 'About the session'},
          h('section', {class: 'card'}, h('h2', {}, 'Terms'), this.facts),
          h('section', {class: 'card'}, h('h2', {}, 'Use'), this.uses),
          h('section', {class: 'card'}, h('h2', {}, 'What happened'), this.eventList))));
    this.draw();
    await this.outputs.stdout.more();
    this.showResults();
    this.watch();
    const clock = setInterval(() => this.drawUse(), 1000);
    this.signal.addEventListener('abort', () => clearInterval(clock));
  }

  watch() {
    follow(this.address, (name, event) => {
      if (name === 'use') {
        this.counted = event.values;
        this.drawUse();
        return;
      }
      if (name === 'output') {
        Object.entries(event.values || {}).forEach(([which, size]) => this.outputs[which] && this.outputs[which].grew(Number(size)));
        this.outputs.stdout.more();
        if (this.outputs.stderr.shown) this.outputs.stderr.more();
        return;
      }
      this.tell(event);
      this.refresh();
    }, this.signal).then(() => this.refresh()).catch(error => this.wrong.replaceChildren(trouble(error)));
  }

  tell(event) {
    this.eventList.append(h('li', {}, h('time', {datetime: event.time, title: full(event.time)}, at(event.time)), ' ',
      h('span', {}, event.message || PHASES[event.phase] || event.phase)));
  }

  /** Events may come many at once: one look at the session serves them all. */
  async refresh() {
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    try {
      do {
        this.lookAgain = false;
        const before = this.session.phase;
        this.session = await read(this.address, {signal: this.signal});
        this.draw();
        if (before !== this.session.phase) {
          say(`${PHASES[this.session.phase] || this.session.phase}.`);
          if (TERMINAL.has(this.session.phase)) {
            await this.outputs.stdout.more();
            await this.outputs.stderr.more();
            await this.showResults();
          }
        }
      } while (this.lookAgain);
    } catch (e) {
      if (!this.signal.aborted) this.wrong.replaceChildren(trouble(e));
    }
    this.looking = false;
  }

  draw() {
    const {session} = this;
    const name = ((session.executable || {}).meta || {}).name || short((session.executable || {}).kind);
    this.heading.textContent = name;
    this.named(name);
    const ended = TERMINAL.has(session.phase);
    const mood = session.phase === 'COMPLETED' ? 'good' : session.phase === 'FAILED' ? 'bad' : ended ? 'over' : 'live';
    this.badge.textContent = PHASES[session.phase] || session.phase;
    this.badge.className = `phase ${mood}`;
    const reached = TRACK.indexOf(session.phase === 'AVAILABLE' ? 'RUNNING' : session.phase);
    this.track.replaceChildren(...TRACK.map((step, i) => h('li', {class: reached >= 0 && i < reached ? 'done' : i === reached ? 'here' : '',
      'aria-current': i === reached ? 'step' : null}, PHASES[step])));
    this.track.hidden = reached < 0;
    this.drawActions();
    this.drawFacts();
    this.drawUse();
    this.drawLinks();
  }

  drawActions() {
    const options = (this.session.meta || {}).options || [];
    const phases = options.filter(option => /^\/?phase$/.test(option.path)).flatMap(option => option.values || []);
    const shares = options.filter(option => /^\/?(share|unshare)$/.test(option.path));
    const words = {ACCEPTED: 'Accept', REJECTED: 'Reject', CANCELLED: 'Stop it'};
    const focused = document.activeElement && this.actions.contains(document.activeElement) ? document.activeElement.id : '';
    this.actions.replaceChildren(
      ...phases.map(value => button(words[value] || value, () => this.act(() => phase(this.address, value)),
        {class: value === 'ACCEPTED' ? 'main' : value === 'CANCELLED' ? 'danger' : '', id: `act-${value}`})),
      button('Run again', () => {
        request.keep(again(this.session));
        answer.keep(null);
        location.hash = '#/compose';
      }, {id: 'act-again'}),
      ...(shares.length ? [this.share(shares)] : []),
      ...(TERMINAL.has(this.session.phase) ? [button('Delete', () => this.remove(), {class: 'danger', id: 'act-delete'})] : []));
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
  }

  share(options) {
    const entries = options.flatMap(option => (option.values || []).map(value => ({path: option.path, value,
      words: `${/unshare/.test(option.path) ? 'Share no more with' : 'Share with'} ${value}`})));
    const choice = h('select', {id: 'share', 'aria-label': 'Sharing', onchange: () => {
      const entry = entries[Number(choice.value)];
      if (!entry) return;
      this.act(async () => {
        const changed = await update(this.address, {kind: 'uri:enum-value-update', path: entry.path, value: entry.value});
        toast(`${entry.words}: done.`);
        return changed;
      });
    }}, h('option', {value: ''}, 'Share …'), entries.map((entry, i) => h('option', {value: i}, entry.words)));
    return choice;
  }

  async act(call_) {
    this.wrong.replaceChildren();
    try {
      this.session = await call_();
      this.draw();
      say(PHASES[this.session.phase] || this.session.phase);
    } catch (e) {
      this.wrong.replaceChildren(trouble(e));
    }
  }

  async remove() {
    const sure = h('dialog', {'aria-label': 'Delete'}, h('p', {}, 'The session goes, with its output and its results.'),
      h('div', {class: 'row'}, button('Delete it', async () => {
        sure.close();
        try {
          await call(this.address, {method: 'DELETE'});
          accepted.forget(this.planner, this.id);
          toast('Deleted.');
          location.hash = '#/sessions';
        } catch (e) {
          this.wrong.replaceChildren(trouble(e));
        }
      }, {class: 'danger'}), button('Keep it', () => sure.close(), {autofocus: true})));
    this.main.append(sure);
    sure.addEventListener('close', () => sure.remove());
    sure.showModal();
  }

  drawFacts() {
    const {session} = this;
    const planned = session.schedule || {};
    const [begin, latest] = interval((planned.available || {}).start);
    const price = (session.costs || []).find(cost => /money/.test(cost.type || ''));
    const known = accepted.read().find(entry => entry.session === this.id && entry.planner === this.planner);
    this.facts.replaceChildren(pairs([
      ['Platform', session.platform || (known && known.platform)],
      ['Planner', session.planner || (this.planner === HOME ? null : new URL(this.planner).host)],
      ['Kind', short((session.executable || {}).kind)],
      ['Begins', begin && [at(begin), h('span', {class: 'help'}, latest && latest - begin > 60000 ? `${at(latest)} at the latest` : away(begin))]],
      ['May run for', span(seconds((planned.available || {}).duration))],
      ['Cores', range((session.compute || {}).cores)], ['Memory', (session.compute || {}).memory && `${range(session.compute.memory)} GiB`],
      ['Price', price && money(price.max ?? price.min, short(price.type))],
      ['Made', session.meta && full(session.meta.created)],
      ['Identifier', h('code', {class: 'break'}, (session.meta || {}).uuid || '')]]),
    h('ul', {class: 'notes'}, ((session.meta || {}).messages || []).filter(message => message.level !== 'DEBUG')
      .map(message => h('li', {class: String(message.level).toLowerCase()}, message.message))));
  }

  /** Time while it runs; what was measured when it is over. */
  drawUse() {
    const {session} = this;
    const values = ((session.meta || {}).messages || []).map(message => message.values || {}).reverse();
    const of = name => (values.find(one => one[name] !== undefined) || this.counted || {})[name];
    const length = seconds(((session.schedule || {}).available || {}).duration);
    const ran = of('began') ? (new Date(of('ended') || Date.now()) - new Date(of('began'))) / 1000 : this.running();
    const out = Object.values(this.outputs).map(output => Math.max(output.size, output.read));
    this.uses.replaceChildren(
      Number.isFinite(ran) && Number.isFinite(length) && length > 0 && !TERMINAL.has(session.phase)
        ? h('div', {class: 'use'}, h('label', {for: 'use-time'}, `Time: ${span(ran)} of ${span(length)}`), h('progress', {id: 'use-time', max: length, value: Math.min(ran, length)})) : '',
      pairs([
        ['Ran for', TERMINAL.has(session.phase) && Number.isFinite(ran) ? span(ran) : null],
        ['Processor time', of('cpuSeconds') && `${number(Number(of('cpuSeconds')))} s`],
        ['Most memory', of('peakMemory') && bytes(Number(of('peakMemory')))],
        ['Files', of('storage') && bytes(Number(of('storage')))],
        ['Exit code', of('exitCode')],
        ['Written', `${bytes(out[0])} of output, ${bytes(out[1])} of errors`]]));
  }

  running() {
    if (this.session.phase !== 'RUNNING') {
      this.since = undefined;
      return NaN;
    }
    const [begin] = interval(((this.session.schedule || {}).available || {}).start);
    this.since = this.since || Math.min(Date.now(), Math.max(begin ? begin.getTime() : 0, new Date(this.session.meta.modified || Date.now()).getTime()));
    return (Date.now() - this.since) / 1000;
  }

  /** Ways into the run, such as a notebook's or a service's port. */
  drawLinks() {
    const open = (this.session.connectors || []).filter(connector => !ASIDE.has(short(connector.kind)) && connector.location);
    this.links.replaceChildren(...(open.length ? [h('section', {class: 'card'}, h('h2', {}, 'Ways in'),
      h('ul', {class: 'plain'}, open.map(connector => h('li', {}, this.way(connector),
        ' ', h('span', {class: 'help'}, connector.status.toLowerCase())))))] : []));
  }

  way(connector) {
    const named = `Open the ${short(connector.kind)}`;
    const path = new URL(connector.location, this.address).pathname;
    const here = `${new URL(this.address).pathname}/connectors/`;
    const [, number] = path.startsWith(here) ? /^(\d+)\//.exec(path.slice(here.length)) || [] : [];
    if (number !== undefined && connector.status === 'AVAILABLE') {
      return button(named, () => this.enter(number, connector.location), {class: 'main'});
    }
    return /^https?:/.test(connector.location) && connector.status === 'AVAILABLE'
      ? h('a', {href: connector.location, target: '_blank', rel: 'noopener noreferrer', class: 'button main'}, named)
      : h('code', {}, connector.location);
  }

  /** At an origin of its own, where the planner has one for it; else in the sandbox of the planner's own pages. */
  async enter(number, location) {
    const tab = window.open('', '_blank');
    if (tab) tab.opener = null;
    let address = location;
    try {
      address = (await read(`${this.address}/connectors/${number}`, {method: 'POST'})).url;
    } catch (e) {
      if (e.status !== 503) {
        if (tab) tab.close();
        this.wrong.replaceChildren(trouble(e));
        return;
      }
    }
    if (tab) tab.location.replace(address);
    else window.location.assign(address);
  }

  outputTabs() {
    const names = {stdout: 'Output', stderr: 'Errors'};
    const tabs = h('div', {class: 'tabs', role: 'group', 'aria-label': 'Which output'}, Object.keys(names).map(which => button(names[which], event => {
      for (const tab of tabs.children) tab.setAttribute('aria-pressed', String(tab === event.target));
      Object.entries(this.outputs).forEach(([name, output]) => output.show(name === which));
    }, {'aria-pressed': String(which === 'stdout'), id: `tab-${which}`})));
    this.outputs.stdout.show(true);
    return [tabs, this.outputs.stdout.view, this.outputs.stderr.view];
  }

  async showResults() {
    if (!TERMINAL.has(this.session.phase)) {
      this.files.replaceChildren(h('p', {class: 'help'}, 'What the task leaves in its work folder is listed here when it has ended.'));
      return;
    }
    let list;
    try {
      list = (await read(`${this.address}/results`, {signal: this.signal})).items || [];
    } catch (e) {
      this.files.replaceChildren(e.status === 404 ? h('p', {class: 'help'}, 'There are none.') : trouble(e));
      return;
    }
    const look = h('div', {id: 'preview'});
    if (list.length === 0) {
      this.files.replaceChildren(h('p', {class: 'help'}, 'It left no files.'));
      return;
    }
    const at_ = item => `${this.address}/results/${item.name.split('/').map(encodeURIComponent).join('/')}`;
    this.files.replaceChildren(
      table('Files that the task left', ['Name', 'Size', 'Kind', h('td', {}, h('span', {class: 'unseen'}, 'Save'))], list.map(item => row(
        h('th', {scope: 'row'}, button(item.name, async event => {
          for (const other of this.files.querySelectorAll('[aria-pressed]')) other.setAttribute('aria-pressed', 'false');
          event.target.setAttribute('aria-pressed', 'true');
          look.replaceChildren(h('p', {class: 'help'}, 'One moment …'));
          look.replaceChildren(await preview(at_(item), item, this.signal));
        }, {class: 'link', 'aria-pressed': 'false'})),
        bytes(item.size), h('span', {class: 'help'}, item.mediaType || ''),
        button('Save', () => save(at_(item), item.name), {class: 'small', 'aria-label': `Save ${item.name}`})))),
      h('p', {class: 'row'}, button('Save all as a zip', () => save(`${this.address}/results.zip`, `results-${nameOf(this.address)}.zip`), {class: 'small'})), look);
  }
}

/** Saved through this page, as the token that opens it is a header and no part of an address. */
async function save(address, name) {
  try {
    const blob = await (await call(address, {accept: '*/*'})).blob();
    const url = URL.createObjectURL(blob);
    h('a', {href: url, download: name.replace(/^.*\//, '')}).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  } catch (e) {
    toast(e.message);
  }
}

/** One stream of output, read on from where it was read to. Only its end is kept on the page. */
class Output {
  constructor(page, which) {
    Object.assign(this, {page, which, read: 0, size: 0, text: '', shown: false, decoder: new TextDecoder()});
    this.pre = h('pre', {tabindex: '0', role: 'log', 'aria-label': which === 'stdout' ? 'Output' : 'Errors', class: 'output'});
    this.view = h('div', {hidden: true}, this.pre,
      h('p', {class: 'row'}, button('Save', () => save(`${page.address}/${which}`, `${which}.txt`), {class: 'small', 'aria-label': `Save ${which}`})));
    this.write();
  }

  show(on) {
    this.shown = on;
    this.view.hidden = !on;
    if (on && this.page.session) this.more();
  }

  grew(size) {
    this.size = Math.max(this.size, size);
  }

  async more() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        const response = await call(`${this.page.address}/${this.which}`,
          {accept: 'text/plain, */*;q=0.5', signal: this.page.signal, headers: {Range: `bytes=${this.read}-`}});
        const part = new Uint8Array(await response.arrayBuffer());
        const fresh = response.status === 206 ? part : part.subarray(this.read);
        this.read += fresh.length;
        this.text = (this.text + this.decoder.decode(fresh, {stream: true})).slice(-200000);
        this.write();
      } while (this.again);
    } catch (e) {
      // 416: nothing new yet. 404: nothing at all yet.
      if (!(e instanceof Problem) || ![404, 416].includes(e.status)) {
        if (!this.page.signal.aborted && e.name !== 'AbortError') this.pre.textContent = e.message;
      }
    }
    this.busy = false;
  }

  write() {
    const stay = this.pre.scrollHeight - this.pre.scrollTop - this.pre.clientHeight < 40;
    this.pre.textContent = this.text || 'Nothing yet.';
    this.pre.classList.toggle('empty', !this.text);
    if (stay) this.pre.scrollTop = this.pre.scrollHeight;
  }
}
