import { describe, expect, it } from 'vitest';
import type { WatchLine } from '../../../src/documents/watch.js';
import { toWatchHtml } from '../../../src/report/watch/html.js';
import { readPage } from '../page/page-structure.js';
import { makeFailed, makeLine } from './watch-fixture.js';
import { makeLines, makeSheets, makeWatchPage, recordOf } from './watch-page-fixture.js';

const pageOf = (lines: readonly WatchLine[]) => toWatchHtml({ folder: 'samples', record: recordOf(lines) });
const textOf = (page: string) => readPage(page).texts.join('\n');

describe('the page of a watch', () => {
  it('is the same whenever it is made again, and of lines that were written and read', async () => {
    expect(await makeWatchPage()).toBe(await makeWatchPage());
    const lines = makeLines();
    expect(pageOf(JSON.parse(JSON.stringify(lines)))).toBe(pageOf(lines));
  });

  it('tells where the training stands, what happened, and which sets failed', async () => {
    const text = textOf(await makeWatchPage());
    expect(text).toContain('4 sets scored, 1 failed, the last after step 5,000. 1 event.');
    expect(text).toMatch(/collapse of cat\n since step 3,000/);
    expect(text).toContain('told after step 4,000; msssim, statistic 12.5 above 9.25');
    expect(text).toMatch(/step_002000\.npz\n It is no archive\./);
    expect(text).toMatch(/Fréchet Inception Distance ↓\n+68\.95 ± 0\.80/);
    expect(text).toContain('a class in each row');
  });

  it('draws each metric with its band, flags, failed sets and the level of real pictures', async () => {
    const page = await makeWatchPage();
    const text = textOf(page);
    expect(page.match(/>real pictures<\/text>/g)).toHaveLength(2);
    expect(text.match(/step_002000\.npz failed: It is no archive\./g)).toHaveLength(3);
    expect(text.match(/Event 1, collapse of cat: The samples of cat became more alike\./g)).toHaveLength(1);
    expect(text).toMatch(/After step 3,000: 79\.7 \[78\.1, 81\.3\]/);
  });

  it('has a heat map for each metric with classes, beside what real pictures have', async () => {
    const { tags } = readPage(await makeWatchPage());
    const heat = tags
      .flatMap(({ attributes }) => attributes['data-heat'] ?? [])
      .map((text) => JSON.parse(text));
    expect(heat.map(({ places, cells, real }) => [places, cells.length, real])).toEqual([
      [[1000, 3000, 4000, 5000], 4, [0.2, 0.25, 0.3]],
      [[1000, 3000, 4000, 5000], 4, [null, null, null]],
    ]);
    expect(heat[1].share).toBe(true);
  });

  it('goes by the order of the sets where names state no steps', () => {
    const lines = [1, 2, 3].map((number) => makeLine({ number, step: number === 2 ? null : number * 1000 }));
    const page = pageOf(lines);
    expect(page).toContain('>Sets</text>');
    expect(page).toContain('data-heat="{&quot;places&quot;:[1,2,3],&quot;word&quot;:&quot;in set&quot;');
  });

  it('goes by step where a set of an earlier step came late', () => {
    const { curves } = recordOf([1, 3, 2].map((number) => makeLine({ number })));
    expect(curves[0].points.map(({ step }) => step)).toEqual([1000, 2000, 3000]);
  });

  it('stays small for thousands of sets and hundreds of classes, and keeps the peaks of a curve', async () => {
    const classes = Array.from({ length: 300 }, (_, i) => `class ${i}`);
    const record = recordOf([]);
    let most = 0;
    for (let number = 1; number <= 3000; number++) {
      const line =
        number % 50 === 49
          ? makeFailed({ number })
          : makeLine({ number, classes: number > 2900 ? classes : ['a', 'b'] });
      if (number === 1234) line.metrics[0].value = 999;
      record.take(line);
      if (number % 500 === 0 || number > 2990)
        most = Math.max(most, toWatchHtml({ folder: 'samples', record }).length);
    }
    expect(most).toBeLessThan(1e6);
    const [fid] = record.curves;
    expect(fid.points.length).toBeLessThan(200);
    expect(fid.points.some(({ value, number }) => value === 999 && number === 1234)).toBe(true);
    expect(fid.points.at(-1)?.number).toBe(3000);
    expect(record.classHistories[0].columns.length).toBeLessThan(98);
    expect(textOf(toWatchHtml({ folder: 'samples', record }))).toContain('40 of 302 classes');
  });

  it('shows a page before any set is scored, and one without sheets', () => {
    const text = textOf(pageOf([makeFailed({ number: 1 })]));
    expect(text).toContain('0 sets scored, 1 failed, the last after step 1,000. No event.');
    expect(text).toContain('No set was scored yet.');
  });

  it('names a word for its copies that another watch has not', async () => {
    const wordOf = (page: string) => /name="ganeval-watch" content="(\w{32})"/.exec(page)?.[1];
    const lines = makeLines();
    expect(wordOf(pageOf(lines.slice(0, 1)))).toBe(wordOf(pageOf(lines)));
    expect(wordOf(pageOf(lines.slice(1)))).not.toBe(wordOf(pageOf(lines)));
  });

  it('has the last sheet in the page, a slider over all, and takes no name for markup', async () => {
    const sheets = await makeSheets([1, 3, 5], () => '"><script>x</script>\u2028');
    const page = toWatchHtml({ folder: 'samples', record: recordOf(makeLines()), sheets });
    const { tags } = readPage(page);
    const slider = tags.find(({ name }) => name === 'input');
    expect(slider?.attributes).toMatchObject({ type: 'range', min: '0', max: '2', value: '2' });
    expect(
      tags.flatMap(({ attributes }) => (attributes.id === 'sheet' ? attributes.src.slice(0, 22) : [])),
    ).toEqual(['data:image/webp;base64']);
    expect(tags.filter(({ name }) => name === 'script')).toHaveLength(2);
    expect(page).not.toContain('\u2028');
  });
});
