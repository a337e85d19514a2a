import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../src/report/score/copies.js';
import { toScoreHtml } from '../../../src/report/score/html.js';
import { toScoreMarkdown } from '../../../src/report/score/markdown.js';
import { toScoreTerminal } from '../../../src/report/score/terminal.js';
import { readPage } from '../page/page-structure.js';
import { makeFullResult, makeIllustrations } from './page-fixture.js';

const SAID = [
  '1 sample repeats another sample byte for byte: copies/2.png and copies/1.png.',
  '40 more samples lie nearer to another sample than 1.23, as 1 % of real pictures do to another (3 would be expected): more than chance explains, the nearest are copies/3.png and copies/4.png, and so on.',
  'No sample repeats a picture of the reference byte for byte.',
  '2 more samples lie nearer to a picture of the reference than 1.23, as 1 % of real pictures do to another (3 would be expected): no more than chance explains.',
];

describe('copies', () => {
  it('become sentences; those to worry about are marked', () => {
    expect(describeFindings(makeFullResult())).toEqual(
      SAID.map((text, i) => ({ text, bad: [true, true, false, false][i] })),
    );
  });

  it('stand in the page, in Markdown and in the terminal', async () => {
    const page = readPage(
      await toScoreHtml({ result: makeFullResult(), illustrations: await makeIllustrations() }),
    );
    const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
    for (const text of SAID) {
      expect(page.texts).toContain(text);
      expect(flat(toScoreMarkdown(makeFullResult()).replaceAll('\\', ''))).toContain(text);
      expect(flat(toScoreTerminal(makeFullResult(), { width: 100, color: false }))).toContain(text);
    }
  });

  it('are left out for a result without findings', async () => {
    const old = { ...makeFullResult(), findings: undefined };
    expect(describeFindings(old)).toEqual([]);
    expect(await toScoreHtml({ result: old, illustrations: await makeIllustrations() })).not.toContain(
      'Copies',
    );
  });
});
