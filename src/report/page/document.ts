import { createHash } from 'node:crypto';
import { makeContents } from './contents.js';
import { html, Markup } from './markup.js';
import { SORT_SCRIPT } from './sort-script.js';
import { STYLES } from './styles.js';
import { ZOOM_SCRIPT } from './zoom-script.js';

/** Sorts tables and enlarges pictures; without it everything is there. */
const SCRIPT = `'use strict';\n${SORT_SCRIPT}${ZOOM_SCRIPT}`;

interface PageParts {
  /** Of the window, and the first heading. */
  readonly title: string;
  /** Under the title. */
  readonly lead: Markup;
  /** Those that `makeSection` made stand in the contents. */
  readonly sections: readonly (Markup | undefined)[];
  /** Versions of the programs. */
  readonly madeWith: string;
  /** Of a page that changes while it is open. */
  readonly live?: LiveParts;
}

/** What a page has that changes while it is open. */
interface LiveParts {
  readonly head: Markup;
  /** Runs before the rest is read. */
  readonly headScript: string;
  /** Runs after the page's other scripts. */
  readonly script: string;
  readonly styles: string;
  /** Directives of the policy; one takes the place of the page's own of that name. */
  readonly policy: readonly string[];
}

/**
 * A whole page in one file. Its content security policy allows only its own style and script, by their digests, and embedded
 * pictures, so it can load nothing from elsewhere.
 */
export function makePage({ title, lead, sections, madeWith, live }: PageParts): string {
  const styles = `${STYLES}${live?.styles ?? ''}`;
  const script = `${SCRIPT}${live?.script ?? ''}`;
  const scripts = [...(live ? [live.headScript] : []), script];
  const more = live?.policy ?? [];
  const own = [
    "default-src 'none'",
    `style-src ${sourceOf(styles)}`,
    `script-src ${scripts.map(sourceOf).join(' ')}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const nameOf = (directive: string) => directive.split(' ')[0];
  const replaced = more.map(nameOf);
  const policy = [...own.filter((each) => !replaced.includes(nameOf(each))), ...more].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(styles)}</style>
${live && html`${live.head}<script>${new Markup(live.headScript)}</script>\n`}</head>
<body>
<a class="skip" href="#main">Skip to the numbers</a>
<header><h1>${title}</h1>
${lead}</header>
${makeContents(sections)}<main id="main">
${sections.map((section) => section && html`${section}\n`)}</main>
<footer><p>${madeWith}</p></footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
