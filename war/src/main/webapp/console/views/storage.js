/* Storage that is kept for the caller after its run: until when, what uses it, another end, its removal. */

import {HOME, call, nameOf, read, update} from '../api.js';
import {button, cards, field, fresh, h, row, say, toast, trouble} from '../dom.js';
import {at, away, bytes, full, number} from '../words.js';

const DAY = 86400000;

/** What a control for times shows and gives: the local time, without seconds. */
const local = time => {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

export async function storage(main, signal) {
  const heading = h('h2', {tabindex: '-1'}, 'Storage that is kept');
  const holder = h('div', {class: 'stack'});
  main.append(heading, holder);

  const draw = async () => {
    try {
      const items = (await read(`${HOME}/storage`, {signal})).items || [];
      holder.replaceChildren(items.length
        ? cards('Each until its end', ['Name', 'Platform', 'Size', 'Kept until', 'Made by', h('td', {}, h('span', {class: 'unseen'}, 'Change'))], items.map(line))
        : h('p', {class: 'help'}, 'Nothing is. A task that asks for persistent storage with a lifetime leaves it here, for your next task.'));
    } catch (e) {
      if (!signal.aborted) holder.replaceChildren(trouble(e));
    }
  };

  const session = (address, words) => h('a', {href: `#/session?${new URLSearchParams({id: nameOf(address)})}`}, words);

  const line = kept => {
    const users = kept.usedBy || [];
    return row(h('th', {scope: 'row'}, kept.name, h('span', {class: 'help break'}, kept.uuid)), kept.platform,
      h('span', {}, `${number(kept.size)} GiB`, h('span', {class: 'help'}, users.length ? ['in use by ', users.map((user, i) => [i ? ', ' : '', session(user, 'a session')])]
        : kept.usedBytes === undefined ? '' : `${bytes(kept.usedBytes)} of it full`)),
      h('span', {title: full(kept.ends)}, at(kept.ends), h('span', {class: 'help'}, away(kept.ends))),
      h('span', {}, session(kept.session, 'its session'), h('span', {class: 'help', title: full(kept.made)}, at(kept.made))),
      h('div', {class: 'row'}, button('Another end', () => end(kept), {class: 'small', 'aria-label': `Another end for ${kept.name}`}),
        button('Remove', () => remove(kept), {class: 'small danger', disabled: users.length > 0, 'aria-label': `Remove ${kept.name}`})));
  };

  /** Asks in a dialog; what `doing` throws is told there, and the dialog stays. */
  const dialog = (label, parts, yes, look, doing) => {
    const wrong = h('div', {});
    const asked = h('dialog', {'aria-label': label}, h('form', {class: 'stack', novalidate: true, onsubmit: async event => {
      event.preventDefault();
      try {
        const done = await doing();
        asked.close();
        await draw();
        toast(done);
        say(done);
        heading.focus({preventScroll: true});
      } catch (e) {
        wrong.replaceChildren(trouble(e));
      }
    }}, parts, wrong, h('div', {class: 'row'}, h('button', {type: 'submit', class: look}, yes),
      button('Leave it', () => asked.close(), {autofocus: look === 'danger'}))));
    main.append(asked);
    asked.addEventListener('close', () => asked.remove());
    asked.showModal();
  };

  const end = kept => {
    const until = h('input', {type: 'datetime-local', id: fresh('until'), value: local(new Date(kept.ends).getTime() + 7 * DAY)});
    const on = days => button(`${days} days from now`, () => {
      until.value = local(Date.now() + days * DAY);
    }, {class: 'small'});
    dialog(`Another end for ${kept.name}`, [h('p', {}, 'It is kept until ', h('span', {class: 'strong'}, full(kept.ends)), '.'),
      field('Keep it until', until, 'Later or sooner. What has ended is gone with all its content.'), h('div', {class: 'row'}, [7, 14, 30].map(on))],
    'Keep it until then', 'main', async () => {
      if (!until.value) throw new Error('Say until when.');
      const now = await update(kept.url, {kind: 'uri:string-value-update', path: 'ends', value: new Date(until.value).toISOString()});
      return `${kept.name} is kept until ${at(now.ends)}.`;
    });
  };

  const remove = kept => dialog(`Remove ${kept.name}`, [h('p', {}, h('span', {class: 'strong'}, kept.name),
    ` goes with all its content${kept.usedBytes === undefined ? '' : `, ${bytes(kept.usedBytes)}`}. This cannot be undone.`)],
  'Remove it', 'danger', async () => {
    await call(kept.url, {method: 'DELETE'});
    return `${kept.name} is removed.`;
  });

  await draw();
}
