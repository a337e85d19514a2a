import { expect, test } from 'vitest';
import { resolveAblateOptions } from '../../src/ablate/options.js';
import { resolveOptions, type ScoreOptions } from '../../src/evaluate/options.js';

test('an option that does not exist is named', () => {
  const options = { metricz: ['fid'] } as ScoreOptions;
  expect(() => resolveOptions(options)).toThrow('There is no option metricz.');
  expect(() => resolveAblateOptions(options as object)).toThrow('There is no option metricz.');
});
