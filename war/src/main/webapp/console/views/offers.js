/* One question to everybody, and the answers side by side as they come. */

import {ask, phase, planners} from '../api.js';
import {button, cards, h, pairs, row, say, toast, trouble, unsaid} from '../dom.js';
import {accepted, answer as remembered, request as kept} from '../memory.js';
import {notes, offerOf} from '../offer.js';
import {offersPlot} from '../plot.js';
import {change} from '../request.js';
import {at, away, money, number, plural, range, short, span} from '../words.js';

export const title = 'Offers';

const ORDERS = {
  start: ['Start', (a, b) => a.start - b.start],
  end: ['End', (a, b) => a.end - b.end],
  price: ['Price', (a, b) => (a.price ?? Infinity) - (b.price ?? Infinity)],
  energy: ['Energy', (a, b) => (a.energy ?? Infinity) - (b.energy ?? Infinity)],
  score: ['Score', (a, b) => (b.score ? b.score.total : -1) - (a.score ? a.score.total : -1)],
};

export async function show(main, {signal}) {
  const task = kept.read();
  if (!task || !task.executable) {
    main.append(h('h1', {}, title), h('p', {}, 'Nothing has been asked yet. ', h('a', {href: '#/compose'}, 'Compose a task'), '.'));
    return;
  }
  const page = new Page(main, task, signal);
  const earlier = remembered.read();
  if (earlier) page.recall(earlier);
  else await page.ask();
}

class Page {
  constructor(main, task, signal) {
    Object.assign(this, {main, task, signal, offers: [], answers: [], chosen: '', order: 'start', parts: []});
    this.progress = h('ul', {class: 'answers', 'aria-label': 'Who has answered'});
    this.plot = h('div', {class: 'plot-holder', hidden: true});
    this.list = h('div', {});
    this.picked = h('section', {'aria-live': 'off'});
    this.reasons = h('section', {});
    this.lead = h('p', {class: 'lead'});
    main.append(h('div', {class: 'headline'}, h('h1', {}, title),
      h('div', {class: 'row'}, h('a', {class: 'button', href: '#/compose'}, 'Change the task'), button('Ask again', () => this.ask()))),
    this.lead, this.progress, this.plot, this.list, this.picked, this.reasons);
    const watcher = new ResizeObserver(() => this.drawPlot());
    watcher.observe(main);
    const clock = setInterval(() => this.tick(), 1000);
    signal.addEventListener('abort', () => {
      watcher.disconnect();
      clearInterval(clock);
    });
  }

  /** Asks everybody at once; each answer is shown when it is there. */
  async ask() {
    this.offers = [];
    this.taken = undefined;
    this.chosen = '';
    this.parts = [];
    this.reasons.replaceChildren();
    this.picked.replaceChildren();
    const name = ((this.task.executable || {}).meta || {}).name || short(this.task.executable.kind);
    this.lead.textContent = `Asking about “${name}” …`;
    const asked = (await planners(this.signal)).filter(planner => planner.asked);
    this.answers = asked.map(planner => ({planner, state: 'asked', detail: 'asked …', began: performance.now()}));
    if (asked.length === 0) this.lead.textContent = 'Nobody is asked: choose a planner first.';
    this.draw();
    await Promise.all(this.answers.map(answer => this.one(answer)));
    if (this.signal.aborted) return;
    remembered.keep({parts: this.parts, answers: this.answers.map(({planner, state, detail, why}) => ({planner, state, detail, why}))});
    this.done();
  }

  async one(answer) {
    const streamed = new Map();
    try {
      const set = await ask(answer.planner, this.task, (platform, part) => {
        (part.offers || []).forEach(document => streamed.set((document.meta || {}).uuid, platform));
        this.take(answer, part, platform, false);
      }, this.signal);
      this.offers = this.offers.filter(offer => offer.planner !== answer.planner);
      this.parts.push({planner: answer.planner, set, platforms: [...streamed]});
      this.takeSet(answer, set, streamed);
    } catch (e) {
      if (this.signal.aborted) return;
      answer.state = 'failed';
      answer.detail = e.title ? e.title.charAt(0).toLowerCase() + e.title.slice(1) : 'no answer';
      answer.why = e.message;
      answer.error = e;
    }
    this.draw();
  }

  takeSet(answer, set, platforms) {
    for (const document of set.offers || []) {
      this.offers.push(offerOf(document, answer.planner, platforms.get((document.meta || {}).uuid) || answer.planner.name));
    }
    const count = (set.offers || []).length;
    const messages = (set.meta || {}).messages || [];
    answer.state = count ? 'yes' : 'no';
    const took = answer.began ? `, ${Math.round(performance.now() - answer.began)} ms` : '';
    answer.detail = (count ? plural(count, 'offer') : 'no offer') + took;
    answer.messages = messages;
  }

  take(answer, part, platform) {
    this.offers = this.offers.filter(offer => offer.planner !== answer.planner || offer.platform !== platform);
    (part.offers || []).forEach(document => this.offers.push(offerOf(document, answer.planner, platform)));
    answer.detail = `${plural(this.offers.filter(offer => offer.planner === answer.planner).length, 'offer')} so far …`;
    this.draw();
  }

  recall(earlier) {
    this.answers = earlier.answers;
    this.parts = earlier.parts;
    for (const {planner, set, platforms} of earlier.parts) {
      const answer = this.answers.find(one => one.planner.url === planner.url);
      this.takeSet(answer, set, new Map(platforms));
    }
    this.taken = earlier.taken;
    this.done();
    if (this.taken) this.lead.textContent = 'One of these has been accepted. Ask again for offers that still stand.';
  }

  done() {
    const yes = this.answers.filter(answer => answer.state === 'yes').length;
    this.lead.textContent = this.offers.length
      ? `${plural(this.offers.length, 'offer')} from ${plural(yes, 'planner')}. Each is held for you until it expires; accepting one frees the others of its planner.`
      : 'Nobody can run this as it is asked. Below is why, and what would change it.';
    say(this.lead.textContent);
    this.draw();
  }

  draw() {
    this.offers.sort(ORDERS[this.order][1]);
    const names = [...new Set(this.offers.map(offer => offer.platform))].sort();
    this.colours = new Map(names.map((name, i) => [name, i % 6]));
    this.progress.replaceChildren(...this.answers.map(answer => h('li', {class: `answer ${answer.state}`},
      h('span', {class: 'strong'}, answer.planner.name), ' ', h('span', {}, answer.detail))));
    this.drawPlot();
    this.drawTable();
    this.drawReasons();
    if (this.chosen) this.drawChosen();
  }

  drawPlot() {
    this.plot.hidden = this.offers.length === 0;
    const width = Math.floor(this.plot.clientWidth);
    if (!width || this.offers.length === 0) return;
    this.plot.replaceChildren(offersPlot(this.offers, width,
      {chosen: this.chosen, colours: this.colours, choose: offer => this.choose(offer)}));
  }

  drawTable() {
    if (this.offers.length === 0) {
      this.list.replaceChildren();
      return;
    }
    const focused = document.activeElement && this.list.contains(document.activeElement) ? document.activeElement.id : '';
    const scored = this.offers.some(offer => offer.score);
    const energy = this.offers.some(offer => offer.energy !== null);
    const head = key => h('th', {scope: 'col', 'aria-sort': this.order === key ? (key === 'score' ? 'descending' : 'ascending') : 'none'},
      button(ORDERS[key][0], () => {
        this.order = key;
        this.draw();
        say(`Ordered by ${ORDERS[key][0].toLowerCase()}.`);
      }, {class: 'sort', id: `sort-${key}`}));
    const heads = ['Platform', head('start'), head('end'), 'Cores', 'Memory', head('price'),
      ...(energy ? [head('energy')] : []), ...(scored ? [head('score')] : []), 'Stands', h('td', {}, h('span', {class: 'unseen'}, 'Accept'))];
    this.list.replaceChildren(cards('Offers', heads, this.offers.map(offer => {
      const over = this.over(offer) || Boolean(this.taken);
      const line = row(
        h('th', {scope: 'row'}, h('span', {class: `dot series-${this.colours.get(offer.platform)}`, 'aria-hidden': 'true'}),
          button(offer.platform, () => this.choose(offer), {class: 'link', id: `offer-${offer.id}`, 'aria-pressed': String(offer.id === this.chosen)}),
          offer.by && h('span', {class: 'help'}, offer.by)),
        h('span', {}, at(offer.start), h('span', {class: 'help'}, away(offer.start))),
        h('span', {}, at(offer.end), h('span', {class: 'help'}, span(offer.length))),
        range(offer.cores), offer.memory ? `${range(offer.memory)} GiB` : '',
        offer.price === null ? '–' : money(offer.price, offer.currency),
        ...(energy ? [offer.energy === null ? '–' : `${number(offer.energy)} kWh`] : []),
        ...(scored ? [offer.score ? number(offer.score.total) : '–'] : []),
        h('span', {class: 'stands', 'data-expires': offer.expires}, this.stands(offer)),
        button('Accept', () => this.accept(offer), {class: 'main small', disabled: over, id: `accept-${offer.id}`,
          'aria-label': `Accept the offer of ${offer.platform}, ${at(offer.start)}`}));
      if (offer.id === this.chosen) line.className = 'chosen';
      return line;
    })));
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
  }

  over(offer) {
    return Number.isFinite(offer.expires) && offer.expires <= Date.now();
  }

  stands(offer) {
    if (!Number.isFinite(offer.expires)) return '–';
    return this.over(offer) ? 'expired' : span((offer.expires - Date.now()) / 1000);
  }

  tick() {
    for (const cell of this.list.querySelectorAll('[data-expires]')) {
      const expires = Number(cell.dataset.expires);
      if (!Number.isFinite(expires)) continue;
      const left = expires - Date.now();
      cell.textContent = left <= 0 ? 'expired' : span(left / 1000);
      if (left <= 0) cell.closest('tr').querySelector('.main').disabled = true;
    }
  }

  choose(offer) {
    this.chosen = offer.id;
    this.draw();
    this.drawChosen();
  }

  drawChosen() {
    const offer = this.offers.find(one => one.id === this.chosen);
    if (!offer) {
      this.picked.replaceChildren();
      return;
    }
    const said = notes(offer);
    this.picked.replaceChildren(h('div', {class: 'card'}, h('h2', {}, offer.platform),
      pairs([['Begins', `${at(offer.start)}${offer.latest > offer.start + 60000 ? `, by ${at(offer.latest)} at the latest` : ''}`],
        ['Runs for', span(offer.length)], ['Prepared from', at(offer.prepare)],
        ['Cores', range(offer.cores)], ['Memory', offer.memory && `${range(offer.memory)} GiB`],
        ...(offer.document.costs || []).map(cost => [/money/.test(cost.type) ? 'Price' : /energy/.test(cost.type) ? 'Energy' : `Cost: ${short(cost.type)}`,
          [/money/.test(cost.type) ? money(cost.max ?? cost.min, short(cost.type)) : `${number(cost.max ?? cost.min)}${/kwh/i.test(cost.type) ? ' kWh' : ''}`,
            cost.description && h('span', {class: 'help'}, cost.description)]]),
        ...(offer.document.metrics || []).map(metric => [`Metric: ${short(metric.type)}`, number(metric.min ?? metric.max)])]),
      offer.score && h('div', {class: 'score'}, h('h3', {}, 'Score'), Object.entries(offer.score.parts).map(([name, value]) => h('div', {class: 'part'},
        h('span', {}, name), h('meter', {min: 0, max: 1, value, 'aria-label': name}), h('span', {}, number(value))))),
      said.length > 0 && h('ul', {class: 'notes'}, said.map(message => h('li', {class: message.level.toLowerCase()}, message.message)))));
  }

  /** Why others said no, and what would change it. */
  drawReasons() {
    const unwilling = this.answers.filter(answer => (answer.messages || []).length || answer.state === 'failed');
    if (unwilling.length === 0) {
      this.reasons.replaceChildren();
      return;
    }
    this.reasons.replaceChildren(h('h2', {}, this.offers.length ? 'What else was said' : 'Why not'),
      h('div', {class: 'grid fit'}, unwilling.map(answer => h('div', {class: 'card'},
        h('h3', {}, answer.planner.name),
        answer.state === 'failed' && h('p', {class: 'bad'}, answer.why),
        answer.error && unsaid(answer.error).length > 0 && h('ul', {}, unsaid(answer.error).map(fault => h('li', {}, h('code', {}, fault.pointer), ' ', fault.detail))),
        h('ul', {class: 'notes'}, (answer.messages || []).map(message => this.reason(answer, message)))))));
  }

  reason(answer, message) {
    const helps = message.level === 'ERROR' || message.level === 'WARN' ? change(this.task, message) : null;
    const code = short(message.kind);
    const known = /^[a-z-]+$/.test(code);
    return h('li', {class: String(message.level || 'info').toLowerCase()}, h('span', {}, message.message), ' ',
      (helps || known) && h('div', {class: 'row'}, helps && button(helps.words, () => {
        this.task = helps.task;
        kept.keep(helps.task);
        toast(`${helps.words}: the task is changed.`);
        this.ask();
      }, {class: 'small'}), known && h('a', {class: 'help', href: `${answer.planner.url}/problems/${code}`, target: '_blank', rel: 'noopener',
        'aria-label': `What helps against ${code}`}, 'What helps?')));
  }

  async accept(offer) {
    try {
      await phase(offer.address, 'ACCEPTED');
    } catch (e) {
      this.picked.replaceChildren(trouble(e));
      this.picked.scrollIntoView({block: 'nearest'});
      return;
    }
    const planner = offer.address.replace(/\/sessions\/[^/]*$/, '');
    accepted.add({planner, session: offer.id, platform: offer.platform, at: Date.now(),
      name: ((this.task.executable || {}).meta || {}).name || short(this.task.executable.kind)});
    remembered.keep({...remembered.read(), taken: offer.id});
    location.hash = `#/session?${new URLSearchParams({id: offer.id, ...(planner === offer.planner.url && offer.planner.home ? {} : {at: planner})})}`;
  }
}
