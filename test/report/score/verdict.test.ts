import { describe, expect, it } from 'vitest';
import { toScoreHtml } from '../../../src/report/score/html.js';
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
