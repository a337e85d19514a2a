import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../../../src/images/image-source.js';
import { openImages } from '../../../src/images/open.js';
import { writeTar } from '../forms/tar-file.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { writeZip } from '../zip-file.js';

interface Case {
  readonly name: string;
  /** Pictures: the first has the gray 1. */
  readonly files: readonly string[];
  readonly tables: Readonly<Record<string, string>>;
  /** Gray and label of each picture, by split. */
  readonly labels: Readonly<Record<string, readonly (readonly [number, string])[]>>;
}

/** What Hugging Face's `datasets` reads, by `imagefolder/make.py`. */
const { cases } = JSON.parse(
  readFileSync(new URL('./imagefolder/expected.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };

/** The files as a folder, a zip and a tar. */
async function formsOf(files: Readonly<Record<string, Buffer | string>>): Promise<string[]> {
  const elsewhere = pictureFolder([]);
  const entries = Object.entries(files).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }));
  return [
    pictureFolder(files),
    await writeZip(join(elsewhere, 'set.zip'), entries),
    writeTar(join(elsewhere, 'set.tar'), entries),
  ];
}

/** Gray and class of each picture, by gray. */
async function graysAndClasses(source: ImageSource): Promise<[number, string | undefined][]> {
  const found: [number, string | undefined][] = [];
  for (const [i, { label }] of source.entries.entries()) {
    found.push([(await source.picture(i)).pixels[0], source.classNames?.[label ?? -1]]);
  }
  return found.sort(([a], [b]) => a - b);
}

describe("Hugging Face's folders of pictures", () => {
  it.each(cases)('have the labels that `datasets` reads: $name', async ({ files, tables, labels }) => {
    const contents = Object.fromEntries(files.map((name, i) => [name, dot(i + 1)] as const));
    for (const path of await formsOf({ ...contents, ...tables })) {
      for (const [split, expected] of Object.entries(labels)) {
        const hasSplits = Object.keys(labels).length > 1;
        const source = await openImages(path, hasSplits ? { split } : {});
        expect(await graysAndClasses(source)).toEqual(expected);
        expect(source.warnings).toEqual([]);
      }
    }
  });

  const rows = (keys: readonly string[]) =>
    ['1.png', '2.png'].map((file_name, i) =>
      JSON.stringify({ file_name, ...Object.fromEntries(keys.map((key) => [key, `${key}${i}`])) }),
    );
  const withRows = (lines: readonly string[]) => ({
    'cat/1.png': dot(1),
    'cat/2.png': dot(2),
    'cat/metadata.jsonl': lines.join('\n'),
  });

  it('take another column where it is named', async () => {
    for (const path of await formsOf(withRows(rows(['text', 'breed'])))) {
      expect((await openImages(path)).classNames).toEqual(['cat']);
      expect((await openImages(path, { labelColumn: 'breed' })).classNames).toEqual(['breed0', 'breed1']);
      await expect(openImages(path, { labelColumn: 'kind' })).rejects.toThrow(
        /metadata\.jsonl.* has no column "kind": it has "file_name", "text", "breed"\./,
      );
    }
    await expect(openImages(pictureFolder(['a/1.png']), { labelColumn: 'kind' })).rejects.toThrow(
      /no metadata\.csv or metadata\.jsonl with labels in a column "kind": leave --label-column out/,
    );
  });

  it('may lie at the top for all splits', async () => {
    const table = 'file_name,label\ntrain/1.png,owl\ntest/2.png,dog\n';
    for (const path of await formsOf({
      'train/1.png': dot(1),
      'test/2.png': dot(2),
      'metadata.csv': table,
    })) {
      const source = await openImages(path, { split: 'test' });
      expect([source.classNames, source.warnings]).toEqual([['dog'], []]);
    }
  });

  it('are without labels, with one warning, where these are no classes, and fail where they were asked for', async () => {
    const boxes = rows([]).map((row) => row.replace('}', ',"label":[1,2]}'));
    for (const path of await formsOf(withRows(boxes))) {
      const source = await openImages(path);
      expect(source.classNames).toBeUndefined();
      expect(source.warnings).toEqual([
        expect.stringMatching(/no labels, because .*label that is neither text/),
      ]);
      await expect(openImages(path, { labelColumn: 'label' })).rejects.toThrow(/neither text nor a number/);
    }
  });

  it("are not taken for another program's metadata.csv", async () => {
    for (const path of await formsOf({ 'cat/1.png': dot(1), 'metadata.csv': 'a,b,c\n1,2,3,4\n' })) {
      expect((await openImages(path)).classNames).toEqual(['cat']);
    }
  });
});
