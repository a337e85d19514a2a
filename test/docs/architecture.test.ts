import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, readPage } from './markdown.js';

interface Rule {
  readonly name: string;
  readonly comment?: string;
}

const { forbidden }: { forbidden: Rule[] } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

/** Who may import whom, from the comments of the lint rules: "src/gate may import core, documents". */
const allowed = forbidden.flatMap(({ comment = '' }) => {
  const [, room, list] = /^src\/(\S+) may import (.*)$/.exec(comment) ?? [];
  if (!room) return [];
  return [[room, list === 'nothing of ours' ? [] : list.split(', ').sort()] as const];
});

/** The same from the table of the page. */
const documented = readPage('docs/explanation/architecture.md').lines.flatMap((line) => {
  const [, room, list] = /^\| `([\w/-]+)` \| .* \| (–|(?:`[\w/-]+`(?:, )?)+) \|$/.exec(line) ?? [];
  return room ? [[room, [...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort()] as const] : [];
});

it('says who may import whom as the lint rules do', () => {
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(allowed));
});

it('names every room of src/', () => {
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const named = new Set(documented.map(([room]) => room.split('/')[0]));
  expect(rooms.map(({ name }) => name).filter((name) => name !== 'cli' && !named.has(name))).toEqual([]);
});
