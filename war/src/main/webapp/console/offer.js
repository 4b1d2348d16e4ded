/* An offer as the table and the plot need it, read from its document once. */

import {nameOf} from './api.js';
import {interval} from './request.js';
import {seconds, short} from './words.js';

const cost = (offer, pattern) => (offer.costs || []).find(one => pattern.test(one.type || ''));

/** The parts of a score as its message tells them: name → 0 to 1. */
function score(messages) {
  const message = messages.find(one => short(one.kind) === 'score');
  if (!message) return null;
  const parts = Object.fromEntries(Object.entries(message.values || {})
    .map(([name, value]) => [name, Number(value)]).filter(([, value]) => Number.isFinite(value)));
  return {parts, text: message.message, total: parts.score ?? parts.total ?? NaN};
}

/** Whose platform it is, and through whom it was asked, where that is not plain: "at Leiden, through This node". */
function whose(document, planner, platform) {
  const owner = document.planner || (planner.home ? '' : planner.name);
  const parts = [owner && owner !== platform ? `at ${owner}` : '', !planner.home && owner !== planner.name && planner.name !== platform ? `through ${planner.name}` : ''];
  return parts.filter(part => part).join(', ');
}

/** @param planner who was asked; @param part who answers through it, where an offer does not say on what it runs */
export function offerOf(document, planner, part) {
  const platform = document.platform || part;
  const available = (document.schedule || {}).available || {};
  const [begin, latest] = interval(available.start);
  const ready = begin ? begin.getTime() : NaN;
  const length = seconds(available.duration);
  const preparing = (document.schedule || {}).preparing || {};
  const releasing = (document.schedule || {}).releasing || {};
  const price = cost(document, /money/);
  const energy = cost(document, /energy/);
  const messages = (document.meta || {}).messages || [];
  const end = ready + (Number.isFinite(length) ? length * 1000 : 0);
  const url = (document.meta || {}).url;
  // A planner may pass on offers that are another's: they are accepted where they come from.
  const away = url && !new URL(url).pathname.startsWith(new URL(planner.url).pathname);
  return {
    document, planner, platform, messages, by: whose(document, planner, platform),
    id: nameOf(url) || (document.meta || {}).uuid || '',
    address: away ? url : `${planner.url}/sessions/${encodeURIComponent(nameOf(url))}`,
    start: ready, latest: latest ? latest.getTime() : ready, end,
    prepare: preparing.start ? new Date(preparing.start).getTime() : ready,
    released: end + (seconds(releasing.duration) || 0) * 1000,
    length,
    cores: (document.compute || {}).cores, memory: (document.compute || {}).memory,
    price: price ? price.max ?? price.min : null, currency: price ? short(price.type) : '',
    energy: energy ? energy.max ?? energy.min : null, energyUnit: 'kWh',
    expires: document.expires ? new Date(document.expires).getTime() : NaN,
    score: score(messages),
    phase: document.phase,
  };
}

export const notes = offer => offer.messages.filter(message => !['score'].includes(short(message.kind)));
