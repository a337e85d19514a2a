import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareResults } from '../../src/compare/compare.js';
import type { SetPictures } from '../../src/documents/illustrations.js';
import type { EvaluationResult } from '../../src/documents/result.js';
import type { GateRow } from '../../src/documents/verdict.js';
import { describePictures, inspectPictures } from '../../src/evaluate/picture-set.js';
import { illustrateComparison } from '../../src/illustrate/illustrate-comparison.js';
import { illustrateFailuresAgain } from '../../src/illustrate/illustrate-failures.js';
import { openImages } from '../../src/images/open.js';
import { dot, pictureFolder } from '../images/picture-folder.js';
import { failedRow, makeVerdict } from '../report/gate/verdict-fixture.js';
import { makeResult } from '../report/result-fixture.js';

const FILES = ['cat', 'dog'].flatMap((name) => Array.from({ length: 20 }, (_, i) => `${name}/${i}.png`));

/** A result about a folder as it is now. */
async function resultOf(folder: string): Promise<EvaluationResult> {
  const source = await openImages(folder);
  const set = await inspectPictures('samples', source, {});
  const kept = Int32Array.from(source.entries.keys());
  await source.close();
  return { ...makeResult(), samples: describePictures(set, kept, {}, []) };
}

async function illustrate(...results: EvaluationResult[]): Promise<readonly SetPictures[]> {
  const named = results.map((result, i) => ({ name: `${i}.json`, result }));
  return (await illustrateComparison(compareResults(named))).sets;
}

const idsOf = (set: SetPictures) =>
  'groups' in set ? set.groups.map(({ pictures }) => pictures.map(({ id }) => id)) : set.missing;

describe('pictures of a comparison', () => {
  it('are of the classes in turn, and of the same names in two sets', async () => {
    const [first, second] = await illustrate(
      await resultOf(pictureFolder(FILES)),
      await resultOf(pictureFolder(FILES)),
    );
    expect('groups' in first && first.groups.map((group) => [group.class, group.pictures.length])).toEqual([
      ['cat', 6],
      ['dog', 6],
    ]);
    expect(idsOf(second)).toEqual(idsOf(first));
  });

  it('are a draw of all where there are no classes', async () => {
    const flat = await resultOf(pictureFolder(['a.png', 'b.png', 'c.png']));
    expect((await illustrate(flat, flat)).map(idsOf)).toEqual([
      [['a.png', 'b.png', 'c.png']],
      [['a.png', 'b.png', 'c.png']],
    ]);
  });

  it('are left out in a sentence where the files are others, are gone or never were files', async () => {
    const folders = [pictureFolder(FILES), pictureFolder(FILES), pictureFolder(FILES), pictureFolder(FILES)];
    const [right, changed, fewer, gone] = await Promise.all(folders.map(resultOf));
    writeFileSync(join(folders[1], 'cat/0.png'), dot(200));
    rmSync(join(folders[2], 'cat/0.png'));
    rmSync(folders[3], { recursive: true });
    const statistics = { ...right, samples: { ...right.samples, kind: 'statistics' } };
    const held = { ...right, samples: { ...right.samples, kind: 'memory' } };
    const sets = await illustrate(right, changed, fewer, gone, statistics, held);
    expect('groups' in sets[0]).toBe(true);
    expect(sets.slice(1).map((set) => ('missing' in set ? set.missing : ''))).toEqual([
      expect.stringMatching(/holds other pictures than those that were scored/),
      expect.stringMatching(/holds other pictures than those that were scored/),
      expect.stringMatching(/can't be opened from here: .* does not exist/),
      expect.stringMatching(/is a statistics file, which holds no pictures/),
      expect.stringMatching(/^A program held .* in memory/),
    ]);
  });

  it('are of the split that was scored, and none where a random part was', async () => {
    const folder = pictureFolder(['train/a.png', 'train/b.png', 'test/c.png']);
    const source = await openImages(folder, { split: 'test' });
    const set = await inspectPictures('samples', source, {});
    await source.close();
    const scored = describePictures(set, Int32Array.of(0), {}, []);
    const part = { ...scored, drawnFrom: 2 };
    const sets = await illustrate({ ...makeResult(), samples: scored }, { ...makeResult(), samples: part });
    expect(idsOf(sets[0])).toEqual([[expect.stringContaining('c.png')]]);
    expect(idsOf(sets[1])).toMatch(/^A random part of .* was scored/);
  });

  it('are left out where a folder holds far more than was scored, before it is listed to the end', async () => {
    const result = await resultOf(pictureFolder(['a.png']));
    const huge = pictureFolder(['a.png']);
    for (let i = 0; i < 10_030; i++) writeFileSync(join(huge, `${i}.txt`), '');
    const [set] = await illustrate({ ...result, samples: { ...result.samples, source: huge } });
    expect('missing' in set && set.missing).toMatch(
      /can't be opened from here: The folder .* holds more than 10,020 files and folders/,
    );
  });

  it('are of the first eight results', async () => {
    const one = await resultOf(pictureFolder(['a.png']));
    const sets = await illustrate(...Array.from({ length: 9 }, () => one));
    expect(sets.map((set) => 'groups' in set)).toEqual([...Array(8).fill(true), false]);
  });
});

describe('pictures of what failed', () => {
  const row = (name: string | undefined, pAdjusted: number): GateRow => ({
    ...failedRow,
    class: name,
    pAdjusted,
  });

  it('are of the classes that failed, the surest first, beside the reference', async () => {
    const result = await resultOf(pictureFolder(FILES));
    const verdict = makeVerdict([row('dog', 0.01), row(undefined, 0), row('cat', 0.001), row('dog', 0.02)]);
    const { failed, missing, more } = await illustrateFailuresAgain(
      verdict,
      { ...result, reference: (await resultOf(pictureFolder([...FILES, 'dog/x.png']))).samples },
      {},
    );
    expect(failed.map((each) => [each.class, each.samples.length, each.reference.length])).toEqual([
      ['cat', 12, 12],
      ['dog', 12, 12],
    ]);
    expect([missing, more]).toEqual([[], 0]);
    expect(failed.flatMap(({ samples }) => samples).every(({ id }) => /^(cat|dog)\//.test(id))).toBe(true);
  });

  it('are of all classes where only a whole metric failed, and say that there is no reference', async () => {
    const result = await resultOf(pictureFolder(FILES));
    const { failed, missing } = await illustrateFailuresAgain(
      makeVerdict([row(undefined, 0.01)]),
      result,
      {},
    );
    expect(failed.map((each) => [each.class, each.samples.length, each.reference.length])).toEqual([
      [undefined, 24, 0],
    ]);
    expect(missing).toEqual([expect.stringContaining('compared with no reference')]);
  });

  it('count the classes that are too many to show', async () => {
    const rows = Array.from({ length: 11 }, (_, i) => row(`class ${i}`, 0.01));
    const result = await resultOf(pictureFolder(FILES));
    const { failed, more } = await illustrateFailuresAgain(makeVerdict(rows), result, {});
    expect([failed.length, more]).toEqual([8, 3]);
  });
});
