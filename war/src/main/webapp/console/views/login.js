/* Who is asking: by the issuers this planner knows, or with a token that was pasted. */

import {HOME, call, me, read} from '../api.js';
import {button, field, h, put, say, trouble} from '../dom.js';
import {forget, token} from '../memory.js';

export const title = 'Log in';

const told = () => dispatchEvent(new CustomEvent('planisphere:caller'));

export async function show(main, {signal}) {
  const wrong = h('div', {});
  const state = h('section', {class: 'card'});
  const issuers = h('section', {class: 'card'});
  const pasted = h('input', {type: 'password', autocomplete: 'off', spellcheck: 'false'});

  const draw = async () => {
    let caller = null;
    try {
      caller = await me(true);
    } catch (e) {
      wrong.replaceChildren(trouble(e));
      if (e.status === 401) token.keep(null);
    }
    put(state, h('h2', {}, 'Who you are here'), caller
      ? h('p', {}, caller.anonymous ? 'Nobody in particular: you are anonymous. What anonymous callers may have, you may have.'
        : [h('span', {class: 'strong'}, caller.name || caller.id), ' ', h('code', {class: 'break'}, caller.id)])
      : h('p', {}, 'This planner does not know you.'),
    token.read() && h('p', {}, button('Forget the token', () => {
      token.keep(null);
      wrong.replaceChildren();
      told();
      draw();
    })));
    say(state.textContent);
    await ways();
  };

  /** Issuers at which people log in; the planner leads there and back, and a cookie that no script reads stays. */
  const ways = async () => {
    let login = {issuers: []};
    try {
      login = await read(`${HOME}/login`, {signal});
    } catch (e) {
      if (signal.aborted) return;
      /* this planner has no pages to log in at */
    }
    const person = login.person && !token.read();
    put(issuers, h('h2', {}, 'At your institute'),
      !person && (login.issuers || []).map(issuer => h('p', {}, h('a', {class: 'button main', href: `${issuer.login}&return=${encodeURIComponent(location.pathname)}`},
        issuer.title || issuer.name))),
      !person && (login.issuers || []).length === 0 && h('p', {class: 'help'}, 'This planner knows no issuer at which people log in on a page.'),
      person && h('p', {}, button('Log out', async () => {
        forget();
        try {
          const left = await (await call(`${HOME}/logout`, {method: 'POST'})).json().catch(() => ({}));
          if (left.issuerLogout) wrong.replaceChildren(h('p', {}, 'You are logged out here. ', h('a', {href: left.issuerLogout}, 'Log out at the issuer too'), '.'));
          told();
          draw();
        } catch (e) {
          wrong.replaceChildren(trouble(e));
        }
      })));
  };

  main.append(h('h1', {}, title), wrong, h('div', {class: 'grid'}, state, issuers,
    h('form', {class: 'card', onsubmit: event => {
      event.preventDefault();
      token.keep(pasted.value.trim() || null);
      pasted.value = '';
      wrong.replaceChildren();
      told();
      draw();
    }}, h('h2', {}, 'With a token'),
    field('Access token', pasted, 'It stays in this tab, is shown to this node only, and goes when the tab is closed.'),
    h('p', {}, h('button', {type: 'submit', class: 'main'}, 'Use it')))));
  await draw();
}
