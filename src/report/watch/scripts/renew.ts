/**
 * Renews the page while it is open, from a file too, where a browser lets a page read nothing: the page opens itself anew in a hidden frame. The
 * copy there compares its version with that of the page, which stands in its address. If they are equal it stops before it is read further,
 * otherwise it sends its content. To nobody else: its address holds a word that only a page of the same watch knows.
 */
export const RENEW_HEAD_SCRIPT = `'use strict';
const metaOf = (name) => document.querySelector('meta[name=ganeval-' + name + ']').content;
const [, askedBy, knownVersion] = /^\\?renew=(\\w+)-(\\w+)$/.exec(location.search) ?? [];
const isCopy = parent !== window && askedBy === metaOf('watch');
if (isCopy) {
  const send = (message) => parent.postMessage(message, location.protocol === 'file:' ? '*' : location.origin);
  if (knownVersion === metaOf('version')) {
    send({ version: knownVersion });
    window.stop();
  } else {
    addEventListener('DOMContentLoaded', () => {
      const page = [...document.querySelectorAll('header, nav, main')].map((part) => part.outerHTML).join('');
      send({ version: metaOf('version'), page });
    });
  }
}
`;

/**
 * Changes only what differs, in its place: what is open, chosen, scrolled to or selected stays so. What a script of the page keeps (\`data-mine\`)
 * is left to it.
 */
export const RENEW_SCRIPT = `if (!isCopy && /^(file|https?):$/.test(location.protocol)) {
  const PAUSE_MS = 3000;
  const PATIENCE_MS = 20000;
  const morph = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
      old.replaceWith(document.importNode(fresh, true));
    } else if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
    } else if (old.hasAttribute('data-mine')) {
      old.renewed = fresh;
    } else {
      for (const { name } of [...old.attributes])
        if (name !== 'open' && !fresh.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of fresh.attributes)
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      const [olds, news] = [[...old.childNodes], [...fresh.childNodes]];
      news.forEach((child, i) => (olds[i] ? morph(olds[i], child) : old.append(document.importNode(child, true))));
      for (const one of olds.slice(news.length)) one.remove();
    }
  };
  const PARTS = ['header', 'nav', 'main'];
  const sectionsOf = (page) => [...page.querySelectorAll('main > section')].map((one) => one.getAttribute('aria-labelledby')).join(' ');
  let version = metaOf('version');
  let frame;
  let timer;
  const end = () => {
    frame?.remove();
    frame = undefined;
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, PAUSE_MS);
  };
  const look = () => {
    frame?.remove();
    frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = 'Renewal';
    frame.src = location.pathname + '?renew=' + metaOf('watch') + '-' + version;
    document.documentElement.append(frame);
    clearTimeout(timer);
    timer = setTimeout(end, PATIENCE_MS);
  };
  addEventListener('message', ({ source, data }) => {
    if (!frame || source !== frame.contentWindow) return;
    if (typeof data?.page === 'string') {
      const fresh = new DOMParser().parseFromString(data.page, 'text/html');
      version = data.version;
      if (sectionsOf(fresh) !== sectionsOf(document)) {
        location.reload();
        return;
      }
      for (const name of PARTS) {
        const [old, renewed] = [document, fresh].map((page) => page.querySelector('body > ' + name));
        if (old && renewed) morph(old, renewed);
      }
      document.dispatchEvent(new Event('renewed'));
      document.getElementById('renewal').textContent = 'Renewed at ' + new Date().toLocaleTimeString() + '.';
    }
    end();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) clearTimeout(timer);
    else if (!frame) look();
  });
  end();
}
`;
