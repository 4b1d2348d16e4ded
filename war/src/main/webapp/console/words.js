/* Times, amounts and kinds in words that people use. */

const UNITS = [['W', 604800], ['D', 86400], ['H', 3600], ['M', 60], ['S', 1]];

/** Seconds of an ISO 8601 duration without months and years; NaN when it is none. */
export function seconds(iso) {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(iso || '');
  if (!found || iso === 'P' || iso.endsWith('T')) return NaN;
  return UNITS.reduce((sum, [, length], i) => sum + (found[i + 1] ? Number(found[i + 1]) * length : 0), 0);
}

/** An ISO 8601 duration of so many whole seconds. */
export function iso(total) {
  let rest = Math.max(0, Math.round(total));
  const days = Math.floor(rest / 86400);
  rest -= days * 86400;
  const parts = UNITS.slice(2).map(([name, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count ? count + name : '';
  }).join('');
  return `P${days ? `${days}D` : ''}${parts || !days ? `T${parts || '0S'}` : ''}`;
}

/** "1 h 30 min" */
export function span(total) {
  if (!Number.isFinite(total)) return '';
  const rounded = Math.round(Math.abs(total));
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = parts.findIndex(([, length]) => rounded >= length);
  if (first < 0) return '0 s';
  const [name, length] = parts[first];
  const count = Math.floor(rounded / length);
  const next = name === 'min' && count >= 10 ? null : parts[first + 1];
  const rest = next ? Math.floor((rounded - count * length) / next[1]) : 0;
  return `${count} ${name}${rest ? ` ${rest} ${next[0]}` : ''}`;
}

const TIME = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const DAY = new Intl.DateTimeFormat(undefined, {weekday: 'short', day: 'numeric', month: 'short'});
const FULL = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});

/** "14:05", with its day when that is not today. */
export function at(when) {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return '';
  const today = new Date().toDateString() === date.toDateString();
  return today ? TIME.format(date) : `${DAY.format(date)}, ${TIME.format(date)}`;
}

export const clock = when => TIME.format(new Date(when));

export const day = when => DAY.format(new Date(when));

export function full(when) {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? '' : FULL.format(date);
}

/** "in 5 min", "3 h ago", "now" */
export function away(when, now = Date.now()) {
  const distance = (new Date(when).getTime() - now) / 1000;
  if (!Number.isFinite(distance)) return '';
  if (Math.abs(distance) < 30) return 'now';
  return distance > 0 ? `in ${span(distance)}` : `${span(distance)} ago`;
}

export function bytes(count) {
  if (count === undefined || count === null) return '';
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const NUMBER = new Intl.NumberFormat(undefined, {maximumSignificantDigits: 3});
export const number = value => (Number.isFinite(value) ? NUMBER.format(value) : '');

export const money = (amount, currency) => {
  if (amount === undefined || amount === null) return '';
  if (amount === 0) return 'free';
  const digits = amount < 0.1 ? 4 : 2;
  return `${amount.toLocaleString(undefined, {minimumFractionDigits: 2, maximumFractionDigits: digits})} ${currency}`;
};

/** The last word of an address that names a kind: "python-program". */
export const short = kind => String(kind || '').replace(/\.ya?ml$/, '').replace(/^.*[/#]/, '');

/** The same for reading: "Python program". */
export function title(kind) {
  const words = short(kind).replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[-_]+/g, ' ').trim();
  return words ? words[0].toUpperCase() + words.slice(1) : '';
}

/** "2 to 4", "4", "at least 2" */
export function range(minmax) {
  const {min, max} = minmax || {};
  if (min === undefined && max === undefined) return '';
  if (min === max) return String(min);
  if (max === undefined) return `at least ${min}`;
  return min === undefined ? `at most ${max}` : `${min} to ${max}`;
}

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many || `${one}s`}`;

/** "Leiden's phase": phases as people say them. */
export const PHASES = {
  INITIAL: 'Being made', OFFERED: 'Offered', ACCEPTED: 'Accepted', REJECTED: 'Rejected', EXPIRED: 'Expired',
  WAITING: 'Waiting', PREPARING: 'Preparing', AVAILABLE: 'Ready', RUNNING: 'Running', RELEASING: 'Finishing',
  COMPLETED: 'Completed', FAILED: 'Failed', CANCELLED: 'Cancelled',
};
export const TERMINAL = new Set(['REJECTED', 'EXPIRED', 'COMPLETED', 'FAILED', 'CANCELLED']);
