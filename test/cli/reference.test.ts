import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeReferencePages } from '../../src/cli/generate/reference/reference-pages.js';
import { SHORTCUTS } from '../../src/metrics/shortcuts.js';

const pages = Object.entries(await makeReferencePages());

it.each(pages)('docs/reference/%s is what the code says (npm run docs:cli writes it)', (name, text) => {
  const path = new URL(`../../docs/reference/${name}`, import.meta.url);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it.each(pages)('docs/reference/%s has tables whose rows are as wide as their heads', (_, text) => {
  for (const table of text.match(/(?:^\|.*\n)+/gm) ?? []) {
    const widths = table
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(widths).size, table).toBe(1);
  }
});

it('the page of metrics has every shortcut with its metric, network and profile', () => {
  const [, text] = pages.find(([name]) => name === 'metrics.md') ?? [];
  const [, section = ''] = text?.split('## Shortcuts') ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(Object.keys(SHORTCUTS).length);
  for (const [name, { metric, network, profile, title }] of Object.entries(SHORTCUTS)) {
    const row = rows.find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(`| ${title} | \`${[metric, network, profile].filter(Boolean).join('@')}\` |`);
  }
});
