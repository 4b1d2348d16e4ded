/* Offers over time: one line an offer, from preparing to the end, with its price at its side. */

import {s} from './dom.js';
import {at, clock, day, money, plural, span} from './words.js';

const MINUTE = 60000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080].map(minutes => minutes * MINUTE);

/** Moments at which the axis has a mark: at most so many, on round times of the clock. */
export function ticks(from, until, most) {
  const step = STEPS.find(one => (until - from) / one <= most) || STEPS[STEPS.length - 1] * Math.ceil((until - from) / most / STEPS[STEPS.length - 1]);
  const shift = new Date(from).getTimezoneOffset() * MINUTE;
  const marks = [];
  for (let mark = Math.ceil((from - shift) / step) * step + shift; mark <= until; mark += step) marks.push(mark);
  return marks;
}

/** What the marks are called: times of the clock, and the day where one begins; the first says its day unless that is today. */
export function called(marks) {
  const today = mark => new Date(mark).toDateString() === new Date().toDateString();
  const midnight = mark => new Date(mark).getHours() + new Date(mark).getMinutes() === 0;
  const far = marks.length > 0 && !today(marks[0]) && !midnight(marks[0]);
  return marks.map((mark, i) => (i === 0 && far ? at(mark) : i === 1 && far ? '' : midnight(mark) ? day(mark) : clock(mark)));
}

const LINE = 40;
const TOP = 30;

/**
 * Draws offers to a width. `chosen` is an offer's id; `choose` is called with the one that is pointed at.
 */
export function offersPlot(offers, width, {chosen, choose, colours}) {
  const now = Date.now();
  const timed = offers.filter(offer => Number.isFinite(offer.start));
  const from = Math.min(now, ...timed.map(offer => offer.prepare));
  const last = Math.max(now + 10 * MINUTE, ...timed.map(offer => offer.released));
  const until = last + (last - from) * 0.04;
  const narrow = width < 620;
  const left = narrow ? 8 : Math.min(200, width * 0.22);
  const right = narrow ? 8 : 96;
  const line = narrow ? LINE + 18 : LINE;
  const height = TOP + timed.length * line + 8;
  const x = time => left + (time - from) / (until - from) * (width - left - right);
  const plot = s('svg', {class: 'plot', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'plot-title plot-text'},
    s('title', {id: 'plot-title'}, 'Offers over time'),
    s('desc', {id: 'plot-text'}, summary(timed)));
  const marks = ticks(from, until, Math.max(2, Math.floor((width - left - right) / 92)));
  const names = called(marks);
  marks.forEach((mark, i) => {
    plot.append(s('line', {class: 'grid', x1: x(mark), x2: x(mark), y1: TOP - 6, y2: height}),
      s('text', {class: 'tick', x: x(mark), y: TOP - 12, 'text-anchor': x(mark) < left + 30 ? 'start' : 'middle'}, names[i]));
  });
  timed.forEach((offer, i) => {
    const y = TOP + i * line;
    const bar = y + (narrow ? 24 : 9);
    const thick = 20;
    const colour = colours.get(offer.platform) || 0;
    const least = Math.max(3, x(offer.end) - x(offer.start));
    const group = s('g', {class: `offer series-${colour}${offer.id === chosen ? ' chosen' : ''}`, onclick: () => choose(offer)},
      s('rect', {class: 'band', x: 0, y, width, height: line}),
      s('text', {class: 'label', x: narrow ? left : left - 10, y: narrow ? y + 17 : bar + 14, 'text-anchor': narrow ? 'start' : 'end'},
        clip(offer.platform, narrow ? 40 : 24)),
      s('rect', {class: 'edge', x: x(offer.prepare), y: bar + 7, width: Math.max(0, x(offer.start) - x(offer.prepare)), height: 6}),
      s('rect', {class: 'bar', x: x(offer.start), y: bar, width: least, height: thick, rx: 4}),
      s('rect', {class: 'edge', x: x(offer.end), y: bar + 7, width: Math.max(0, x(offer.released) - x(offer.end)), height: 6}),
      offer.latest > offer.start + MINUTE && s('line', {class: 'whisker', x1: x(offer.start), x2: Math.min(width - right, x(offer.latest)), y1: bar + thick + 4, y2: bar + thick + 4}),
      s('text', {class: 'price', x: width - 8, y: narrow ? y + 17 : bar + 14, 'text-anchor': 'end'},
        offer.price === null ? '' : money(offer.price, offer.currency)),
      s('title', {}, `${offer.platform}: ${at(offer.start)} to ${at(offer.end)}`));
    plot.append(group);
  });
  plot.append(s('line', {class: 'now', x1: x(now), x2: x(now), y1: TOP - 6, y2: height}));
  return plot;
}

const clip = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

function summary(offers) {
  if (offers.length === 0) return 'No offers.';
  const first = offers.reduce((best, offer) => (offer.start < best.start ? offer : best));
  const cheap = offers.filter(offer => offer.price !== null).sort((a, b) => a.price - b.price)[0];
  return `${plural(offers.length, 'offer')}. The earliest begins ${at(first.start)} at ${first.platform} and lasts ${span(first.length)}.`
    + `${cheap ? ` The cheapest costs ${money(cheap.price, cheap.currency)} at ${cheap.platform}.` : ''} The table below has all of them.`;
}
