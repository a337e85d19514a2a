import { expect, test } from 'vitest';
import { reproduceCommand } from '../../../src/report/score/reproduce-command.js';
import { makeResult } from '../../gate/results.js';

test('names the validation set, and its limit only with it', () => {
  const result = makeResult({ fid: { value: 20 } }, ({ settings }) => {
    settings.validationLimit = 40;
  });
  const validation = { ...result.samples, source: './held out', split: 'test' };
  expect(reproduceCommand(result, {})).not.toContain('--validation');
  expect(reproduceCommand({ ...result, validation }, {})).toContain(
    "--validation './held out' --validation-split test --validation-limit 40",
  );
});

test('says how the pictures of a generator are drawn', () => {
  const result = makeResult({ fid: { value: 20 } }, ({ samples }) => {
    samples.source = 'g.onnx';
    samples.kind = 'generator';
    samples.reading = { range: '-1..1' };
    samples.generator = { sha256: 'd'.repeat(64), latent: 'normal:128', classDraw: 'random' };
  });
  expect(reproduceCommand(result, {})).toMatch(
    /^ganeval score g\.onnx --samples 400 --latent normal:128 --generator-classes 4 --class-draw random --range '-1\.\.1' /,
  );
});
