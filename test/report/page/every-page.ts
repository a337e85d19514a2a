import { compareResults } from '../../../src/compare/compare.js';
import type { EvaluationResult } from '../../../src/documents/result.js';
import { compareWithBaseline } from '../../../src/gate/judging/judge-all.js';
import { toAblationHtml } from '../../../src/report/ablation/html.js';
import { toComparisonHtml } from '../../../src/report/comparison/html.js';
import { toGateHtml } from '../../../src/report/gate/html.js';
import { toScoreHtml } from '../../../src/report/score/html.js';
import { toTrainingHtml } from '../../../src/report/training/html.js';
import { makeAblation } from '../ablation/page-fixture.js';
import { makeFullResult, makeIllustrations, makeShown, renameAll } from '../score/page-fixture.js';
import { makeTrainingRecord } from '../training/training-fixture.js';
import { makeWatchPage } from '../watch/watch-page-fixture.js';

export const PAGES = ['score', 'ablation', 'comparison', 'gate', 'training', 'watch'] as const;
export type PageName = (typeof PAGES)[number];

/** A page of each kind whose texts from outside are written by `name`. */
export async function makePageOf(
  page: PageName,
  name: (text: string) => string = (text) => text,
): Promise<string> {
  const result = renameAll(makeFullResult(), name);
  const picture = await makeShown(name('bird/1.png'), 90, name('cat'));
  switch (page) {
    case 'score':
      return toScoreHtml({ result, illustrations: await makeIllustrations(name('bird')) });
    case 'ablation':
      return toAblationHtml(makeAblation(name), {
        sets: [
          [
            { id: 'x', class: name('bird'), at: [32, 16].map((resolution) => ({ resolution, picture })) },
            { id: 'y', at: [{ resolution: 32, picture }] },
          ],
          [],
        ],
      });
    case 'comparison':
      return toComparisonHtml(
        compareResults([
          { name: name('a'), result },
          { name: name('b'), result: makeWorse(result) },
        ]),
        {
          sets: [
            { groups: [{ class: name('bird'), pictures: [picture, picture] }, { pictures: [picture] }] },
            { missing: name('It is gone.') },
          ],
        },
      );
    case 'gate':
      return toGateHtml(compareWithBaseline(result, makeWorse(result)), {
        failed: [
          { class: name('airplane'), samples: [picture, picture], reference: [picture] },
          { samples: [picture], reference: [] },
        ],
        more: 2,
        missing: [name('It is gone.')],
      });
    case 'training':
      return toTrainingHtml(await makeTrainingRecord(name));
    case 'watch':
      return makeWatchPage(name);
  }
}

/** Fewer samples, one class of which the network gets wrong. */
function makeWorse(result: EvaluationResult): EvaluationResult {
  return {
    ...result,
    samples: { ...result.samples, digest: 'cd'.repeat(32) },
    metrics: result.metrics.map((entry) => {
      if (entry.status !== 'ok' || entry.subject === 'reference') return entry;
      if (entry.id === 'is') return { ...entry, n: 9000 };
      if (entry.id !== 'accuracy') return entry;
      const perClass = entry.perClass!.map((one, i) => (i === 0 ? { ...one, value: 0.4 } : one));
      return { ...entry, value: 0.7, perClass };
    }),
  };
}
