import { neutralize } from './neutralize.js';
import { replaceCommandSigns } from './runner-commands.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** XML 1.0 has no way to write these two, and `neutralize` leaves them. */
const NOT_IN_XML = /[\ufffe\uffff]/g;

/** A text in HTML or SVG: invisible characters are made visible, and those with a meaning become entities. */
export function escapeText(text: string): string {
  const escaped = neutralize(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
  return replaceCommandSigns(escaped, '&#35;');
}

/** A text for a writer of XML that makes the entities itself. */
export function xmlText(text: string): string {
  return neutralize(text).replace(NOT_IN_XML, '\ufffd');
}
