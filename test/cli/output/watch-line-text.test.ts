import { expect, test } from 'vitest';
import { watchLineToText } from '../../../src/cli/output/watch-line-text.js';
import type { WatchLine } from '../../../src/documents/watch.js';

test('a set is one line, whatever is in its name', () => {
  const line: WatchLine = {
    schema: 'ganeval/watch@1',
    set: 'a\nstep_7  FID 0.1',
    step: 7,
    status: 'failed',
    reason: 'it has a \u001b[2J',
    metrics: [],
    warnings: [],
    events: [],
    run: { time: '2026-01-01T00:00:00.000Z', seconds: 1 },
  };
  const text = watchLineToText(line);
  expect(text).toBe('a\\nstep_7  FID 0.1  failed: it has a \\u{1b}[2J  (1.0 s)\n');
});
