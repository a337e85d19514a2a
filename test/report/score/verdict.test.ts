import { describe, expect, it } from 'vitest';
import type { PictureSet } from '../../../src/evaluate/picture-set.js';
import { listSizeWarnings } from '../../../src/evaluate/warnings/size-warnings.js';
import { toScoreHtml } from '../../../src/report/score/html.js';
import { toScoreJson } from '../../../src/report/score/json.js';
import { toScoreMarkdown } from '../../../src/report/score/markdown.js';
import { toScoreTerminal } from '../../../src/report/score/terminal.js';
import { groupWarnings } from '../../../src/report/score/warnings.js';
import { readPage } from '../page/page-structure.js';
import { makeFullResult, makeIllustrations } from './page-fixture.js';

const SAID = 'bird: MS-SSIM 0.985, real pictures 0.210: the class has collapsed.';

describe('the verdict', () => {
  it('is what the terminal begins with, marked by how bad it is', () => {
    const lines = toScoreTerminal(makeFullResult(), { width: 100, color: false }).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      `✗ ${SAID}`,
      '! Too few pictures for FID.',
      '· No difference found.',
      '✓ As good as real pictures.',
      '',
    ]);
  });

  it('stands under the heading of the page and of Markdown, before everything else', async () => {
    const { texts } = readPage(
      await toScoreHtml({ result: makeFullResult(), illustrations: await makeIllustrations() }),
    );
    expect(texts.indexOf(makeFullResult().comparableWith)).toBeGreaterThan(
      texts.findIndex((text) => text.includes(SAID)),
    );
    expect(toScoreMarkdown(makeFullResult()).split('\n')[2]).toContain(SAID.slice(0, 15));
  });

  it('is nothing for a result of an earlier version, which renders as before', async () => {
    const old = { ...makeFullResult(), verdict: undefined };
    const text = toScoreTerminal(old, { width: 100, color: false });
    expect(text.split('\n')[0]).toBe(old.comparableWith);
    const page = await toScoreHtml({ result: old, illustrations: await makeIllustrations() });
    expect(page).not.toContain('class="findings"');
  });
});

describe('sizes that differ', () => {
  const FINDING = 'The samples have 32×32 pixels and the reference pictures 64×64: bring both to one size.';
  const set = (side: number, role: 'samples' | 'reference') => ({
    role,
    inspections: { length: 1, width: () => side, height: () => side },
  });
  const warnings = listSizeWarnings([set(32, 'samples'), set(64, 'reference')] as unknown as PictureSet[]);
  const full = makeFullResult();
  const finding = { kind: 'size-mismatch' as const, severity: 'bad' as const, sentence: FINDING };
  const verdict = full.verdict && { ...full.verdict, findings: [finding] };

  it.each([
    ['once where the verdict says so', verdict, 1],
    ['as a warning where it does not', { ...full.verdict, findings: [] } as typeof verdict, 1],
  ])('are told %s, and in JSON twice', async (_how, reached, times) => {
    expect(warnings).toHaveLength(1);
    const result = { ...full, verdict: reached, warnings };
    const texts = [
      toScoreTerminal(result, { width: 500, color: false }),
      toScoreMarkdown(result),
      readPage(await toScoreHtml({ result, illustrations: await makeIllustrations() })).texts.join('\n'),
    ];
    for (const text of texts) expect(text.match(/reference pictures (are )?64×64/g)).toHaveLength(times);
    expect(toScoreJson(result)).toContain(warnings[0]);
    expect(groupWarnings(result)).toHaveLength(reached?.findings.length === 0 ? 1 : 0);
  });
});

describe('groups of warnings', () => {
  it('begin with those about all numbers, then follow the metrics', () => {
    const warnings = [
      'MS-SSIM of the reference: 3 of 4 pairs.',
      'Inception Score: A split holds 20 pictures.',
      'One bad picture of samples left out.',
      'MS-SSIM: 2 of 4 pairs.',
    ];
    expect(groupWarnings({ ...makeFullResult(), warnings })).toEqual([
      { heading: 'Pictures, labels and networks', sentences: ['One bad picture of samples left out.'] },
      { heading: 'Inception Score', sentences: ['A split holds 20 pictures.'] },
      { heading: 'MS-SSIM', sentences: ['Of the reference: 3 of 4 pairs.', '2 of 4 pairs.'] },
    ]);
  });
});
