import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Illustrations } from '../../../src/documents/illustrations.js';
import type { EvaluationResult } from '../../../src/documents/result.js';
import { neutralize } from '../../../src/escape/neutralize.js';
import { toScoreHtml } from '../../../src/report/score/html.js';
import { type PageStructure, readPage } from '../page/page-structure.js';
import { makeResult } from '../result-fixture.js';
import { makeFullResult, makeIllustrations, renameAll } from './page-fixture.js';

const writeHtml = (result: EvaluationResult, illustrations?: Illustrations) =>
  toScoreHtml({ result, illustrations });

const attribute = ({ tags }: PageStructure, name: string) =>
  tags.flatMap(({ attributes }) => (name in attributes ? [attributes[name]] : []));

describe('the page of a score', () => {
  it('is well-formed, with unique ids that labels name', async () => {
    const page = readPage(await writeHtml(makeFullResult(), await makeIllustrations()));
    const ids = attribute(page, 'id');
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of attribute(page, 'aria-labelledby').flatMap((list) => list.split(' ')))
      expect(ids).toContain(name);
  });

  it('can ask nobody for anything: pictures stand in it, the policy names style and script by their digests', async () => {
    const text = await writeHtml(makeFullResult(), await makeIllustrations());
    const page = readPage(text);
    const sources = attribute(page, 'src');
    for (const source of sources) expect(source).toMatch(/^data:image\/webp;base64,[A-Za-z0-9+/=]+$/);
    expect(sources.length).toBe(4 + 3);
    const ids = attribute(page, 'id');
    for (const link of attribute(page, 'href')) expect(ids.map((id) => `#${id}`)).toContain(link);
    expect(text).not.toMatch(/https?:|url\(|@import|srcset|\bstyle="|\bon[a-z]+="/);
    const [policy] = attribute(page, 'content');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    for (const element of ['style', 'script']) {
      const [, content] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(text)!;
      const digest = createHash('sha256').update(content).digest('base64');
      expect(policy).toContain(`${element}-src 'sha256-${digest}'`);
    }
  });

  it('has the numbers, what they may be compared with, the warnings, what is missing and where all came from', async () => {
    const { texts } = readPage(await writeHtml(makeFullResult(), await makeIllustrations()));
    const text = texts.join('');
    for (const part of [
      'Only results of the same network (inception-cifar10)',
      '5.004',
      '± 0.031',
      '[4.942, 5.065]',
      'Reference pictures: 90.00 ± 0.32 %',
      'The Inception Score of fewer than 50,000 pictures is biased low.',
      'FID needs real pictures: name them with --reference.',
      'ab'.repeat(32),
      '9b'.repeat(32),
      'onnxruntime-node 1.30.0',
      'ganeval score samples --reference real',
      '1 of 2 classes are more diverse than the least diverse class of the real pictures, which is at 0.073',
      '1 sample is byte for byte a picture of the reference.',
      'more than chance explains',
    ])
      expect(text).toContain(part);
  });

  it('names a further network once in a card', async () => {
    const result = makeResult();
    const [own] = result.metrics.filter(({ status }) => status === 'ok');
    const network = 'dinov2-vit-b-14@dgm-eval';
    result.metrics.push({ ...own, network, title: `${own.title} (${network})` });
    const { texts } = readPage(await writeHtml(result));
    const text = texts.join('');
    const cards = text.slice(text.lastIndexOf('Headline numbers'), text.lastIndexOf('Where the numbers'));
    expect(cards.split(network)).toHaveLength(2);
    expect(cards).toContain(`is better, by ${network}`);
  });

  it('says that there are no pictures where there are none, and draws what the result has', async () => {
    const { texts, tags } = readPage(await writeHtml(makeResult()));
    expect(texts.join('')).toContain('made without the pictures');
    expect(texts.join('')).toContain('there is no line that marks collapsed classes');
    expect(tags.filter(({ attributes }) => attributes.class === 'chart')).toHaveLength(2);
  });

  it('says of each metric what it was told about it, and which option names its network', async () => {
    const metrics = {
      is: { summary: 'How sure, and how even.', network: 'model' },
      accuracy: { summary: 'Share of hits.', network: 'classifier' },
    } as const;
    const { texts } = readPage(await toScoreHtml({ result: makeFullResult(), metrics }));
    const text = texts.join('');
    expect(text).toContain('How sure, and how even.');
    expect(text).toContain('Share of hits.');
    expect(text).toMatch(/--model \S+ --classifier \S+/);
  });

  it('stays whole for a result that has next to nothing', async () => {
    const result = makeResult();
    const bare = {
      ...result,
      samples: { ...result.samples, classes: null, sizes: null },
      metrics: [],
      warnings: [],
    };
    const page = readPage(await writeHtml(bare, { draw: [], sheets: [] }));
    expect(page.tags.some(({ name }) => name === 'svg')).toBe(false);
  });

  it('is the same page for the same result', async () => {
    const [first, second] = [await writeHtml(makeFullResult()), await writeHtml(makeFullResult())];
    expect(first).toBe(second);
  });

  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title></style></svg><script>alert(1)</script>',
    '&lt;b&gt;&amp;',
    '\u202eevil\u0000\u001b[31m',
    'שלום עולם',
    'x'.repeat(300),
    ']]><!-- -->',
    'datum["x"]); alert(1); ("',
    '\ud800',
    'aria-label="x" d="" opacity="1"',
  ];

  it('shows hostile names as text and keeps the same elements', async () => {
    const plain = outline(
      readPage(
        await writeHtml(
          renameAll(makeFullResult(), (text) => text),
          await makeIllustrations(),
        ),
      ),
    );
    for (const name of hostile) {
      const result = renameAll(makeFullResult(), (text) => `${text} ${name}`);
      const page = readPage(await writeHtml(result, await makeIllustrations(`bird ${name}`)));
      expect(outline(page)).toEqual(plain);
      expect(page.texts).toContain(neutralize(`airplane ${name}`));
      expect(page.texts).toContain(
        `Image quality of ${neutralize(`samples ${name}`)}`.replace(
          /^Image quality of \u2068/,
          '\u2068Image quality of ',
        ),
      );
    }
  });

  it('keeps the same elements whatever the names are', async () => {
    const illustrations = await makeIllustrations();
    const plain = outline(
      readPage(
        await writeHtml(
          renameAll(makeFullResult(), (text) => text),
          illustrations,
        ),
      ),
    );
    const names = fc.string({ unit: 'binary', maxLength: 40 });
    const check = async (name: string) => {
      const result = renameAll(makeFullResult(), (text) => `${text}${name}`);
      expect(outline(readPage(await writeHtml(result, illustrations)))).toEqual(plain);
    };
    await fc.assert(fc.asyncProperty(names, check), { numRuns: 12 });
  });
});

/** Elements with the names of their attributes; labels of points come and go with their length. */
function outline({ tags }: PageStructure): string[] {
  return tags
    .filter(({ name }) => name !== 'text')
    .map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(' ')}`);
}
