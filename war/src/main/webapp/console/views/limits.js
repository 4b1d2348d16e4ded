/* What the caller may have, has, and has had. */

import {HOME, me, read} from '../api.js';
import {button, cards, h, pairs, row, trouble} from '../dom.js';
import {at, day, money, number, seconds, short, span, title as words} from '../words.js';
import {badge, link} from './sessions.js';
import {storage} from './storage.js';

export const title = 'Limits and use';

const amount = (value, unit) => (unit === 'MiB' ? `${number(value / 1024)} GiB` : `${number(value)}${unit ? ` ${unit}` : ''}`);
const plain = (value, unit) => number(unit === 'MiB' ? value / 1024 : value);
const first = text => text.charAt(0).toUpperCase() + text.slice(1);

function gauge(resource, i) {
  const limited = resource.limit !== undefined && resource.limit !== null;
  const name = words(resource.name);
  const id = `gauge-${i}-${resource.name}`;
  return h('div', {class: 'use'}, h(limited ? 'label' : 'p', {for: limited ? id : null}, h('span', {class: 'strong'}, name), ' ',
    limited ? `${plain(resource.used, resource.unit)} of ${amount(resource.limit, resource.unit)}` : `${amount(resource.used, resource.unit)}, without a limit`,
    resource.held ? `, ${plain(resource.held, resource.unit)} of it held by open offers` : '', resource.carried ? `, ${plain(resource.carried, resource.unit)} carried over` : ''),
  limited && h('progress', {id, max: Math.max(1, resource.limit), value: Math.min(resource.used, resource.limit), class: resource.used >= resource.limit ? 'full' : ''}));
}

function granted(grant, refused) {
  const any = list => list && list.join(', ');
  return h('section', {class: 'card'}, h('h2', {}, refused ? `Refused: ${grant.title}` : first(grant.title || grant.grant)),
    pairs([['Paid by', grant.group], ...(grant.resources || []).map(most => [`Most ${words(most.name).toLowerCase()} of one offer`, amount(most.limit, most.unit === most.name ? '' : most.unit)]),
      ['Longest run', grant.longest && span(seconds(grant.longest))], ['Booked ahead', grant.ahead && span(seconds(grant.ahead))],
      ['Kinds', any(grant.kinds)], ['Images', any(grant.images)], ['Repositories', any(grant.repositories)],
      ['Digests', grant.digests && `${grant.digests.length}`], ['Approved executables', grant.approvedOnly && 'only these'],
      ['Sizes', any(grant.shapes)], ['Platforms', any(grant.platforms)],
      ['Price', grant.price !== undefined && grant.price !== 1 ? `times ${number(grant.price)}` : null],
      ['Results', grant.results === 'stay' ? 'stay here' : null]]));
}

export async function show(main, {signal}) {
  main.append(h('h1', {}, title));
  const caller = await me(true);
  main.append(h('p', {class: 'lead'}, caller.anonymous ? 'You are anonymous here. ' : `You are ${caller.name || caller.id}. `,
    caller.anonymous ? h('a', {href: '#/login'}, 'Log in for your own limits.') : ''),
  pairs([['Identity', h('code', {class: 'break'}, caller.id)], ['Groups', (caller.groups || []).join(', ')],
    ['Roles', (caller.roles || []).join(', ')], ['Policy', caller.policy]]),
  h('div', {class: 'grid'}, (caller.allowances || []).map((allowance, i) => h('section', {class: 'card'}, h('h2', {}, first(allowance.holder)),
    (allowance.resources || []).map(resource => gauge(resource, i)),
    pairs([['Longest run', allowance.longest && span(seconds(allowance.longest))], ['Booked ahead', allowance.ahead && span(seconds(allowance.ahead))],
      ['Open offers', allowance.openOffers ? `${allowance.openOffersHeld || 0} of ${allowance.openOffers}` : allowance.openOffersHeld]]))),
  (caller.budgets || []).map((budget, i) => h('section', {class: 'card'}, h('h2', {}, `Per ${budget.period}: ${budget.holder}`),
    (budget.resources || []).map(resource => gauge(resource, `b${i}`)), h('p', {class: 'help'}, `From ${day(budget.from)} until ${day(budget.until)}`))),
  (caller.grants || []).map(grant => granted(grant, false)), (caller.denials || []).map(grant => granted(grant, true)),
  (caller.shares || []).map(share => h('section', {class: 'card'}, h('h2', {}, `Share of ${share.platform}: ${share.holder}`),
    pairs([['Kept', `${number(share.percent)} %`], ['Had lately', `${number(share.lately)} %`], ['Fair-share factor', number(share.factor)],
      ['Lent beyond it for', span(seconds(share.lend))]])))));
  if (caller.anonymous) return;
  await storage(main, signal);
  await usage(main, signal);
}

async function usage(main, signal) {
  const holder = h('div', {class: 'stack'});
  main.append(h('h2', {}, 'What was used'), holder);
  const body = [];
  const next = async address => {
    const page = await read(address, {signal});
    const items = page.items || [];
    body.push(...items.map(record => row(h('th', {scope: 'row'}, link(HOME, record.session, record.name || short(record.kind))), badge(record.phase), at(record.ended),
      span(record.seconds),
      record.cpuSeconds !== undefined && record.cpuSeconds !== null ? span(record.cpuSeconds) : '–',
      record.cost !== undefined && record.cost !== null ? money(record.cost, short(record.currency)) : '–')));
    holder.replaceChildren(body.length ? cards('Sessions that have ended, the latest first', ['Task', 'Phase', 'Ended', 'Ran', 'Processor', 'Cost'], body) : h('p', {}, 'Nothing yet.'),
      page.next ? button('More', () => next(`${HOME}/usage${new URL(page.next).search}`)) : '');
  };
  try {
    await next(`${HOME}/usage?limit=25`);
  } catch (e) {
    if (!signal.aborted) holder.append(trouble(e));
  }
}
