import { describe, expect, it } from 'vitest';
import { neutralize } from '../../../src/escape/neutralize.js';
import { makePageOf, PAGES } from './every-page.js';
import { type PageStructure, readPage } from './page-structure.js';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\u202eevil\u0000\u001b[31m',
  'שלום',
  'x'.repeat(300),
  "'];alert(1);['",
];

/** Elements with the names of their attributes; labels of points come and go with their length. */
const outline = ({ tags }: PageStructure) =>
  tags
    .filter(({ name }) => name !== 'text')
    .map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(' ')}`);

/** Without the marks that keep right-to-left letters to themselves, which enclose a whole text. */
const shown = (text: string) => text.replace(/[\u2068\u2069]/g, '');

describe.each(PAGES)('the page of a %s', (name) => {
  it('is well-formed, asks for nothing, and names its charts and tables', async () => {
    const text = await makePageOf(name);
    const { tags } = readPage(text);
    expect(text).not.toMatch(/https?:|url\(|@import|\bstyle="|\bon[a-z]+="/);
    const ids = tags.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const charts = tags.filter(({ attributes }) => attributes.class === 'chart');
    expect(charts.length).toBeGreaterThan(0);
    for (const { attributes } of charts) {
      expect(attributes.role).toBe('img');
      for (const id of attributes['aria-labelledby'].split(' ')) expect(ids).toContain(id);
    }
    const tables = tags.filter((tag) => tag.name === 'table').length;
    expect(tables).toBe(tags.filter((tag) => tag.name === 'caption').length);
    expect(tables).toBeGreaterThan(0);
  });

  it('shows hostile names as text and keeps the same elements', async () => {
    const plain = outline(readPage(await makePageOf(name)));
    for (const hostile of HOSTILE) {
      const page = readPage(await makePageOf(name, (text) => `${text} ${hostile}`));
      expect(outline(page)).toEqual(plain);
      expect(shown(page.texts.join('\n'))).toContain(shown(neutralize(hostile)));
    }
  });
});
