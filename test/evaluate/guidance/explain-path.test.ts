import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainUnknownClasses } from '../../../src/evaluate/guidance/explain-classes.js';
import { refuseOtherThings } from '../../../src/evaluate/guidance/explain-path.js';
import type { ImageSource } from '../../../src/images/image-source.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-guidance-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function make(name: string, ...files: string[]): string {
  for (const file of files) {
    mkdirSync(join(folder, name, file, '..'), { recursive: true });
    writeFileSync(join(folder, name, file), '');
  }
  return join(folder, name);
}

const DIGEST = 'ab'.repeat(32);

describe('a path that is something else of ganeval', () => {
  it.each([
    [
      'run',
      ['checkpoint.safetensors', 'log.jsonl', 'samples/step-00000001.png'],
      /training run: draw pictures with "ganeval sample \S+run -n 1000 -o samples\/"/,
    ],
    ["my run's", ['checkpoint.safetensors', 'log.jsonl'], /"ganeval sample '[^"]*my run'\\''s' -n 1000/],
    [
      'part',
      ['part.json', `features/ab/${DIGEST}/index.json`],
      /part of a score, .* by "ganeval merge \S+part OTHER_PARTS"/,
    ],
    ['cache', [`features/ab/${DIGEST}/index.json`], /features that a score kept, not pictures/],
    ['shards', [`ab/${DIGEST}/index.json`], /features that a score kept, not pictures/],
  ])('%s is refused with the command that was meant', async (name, files, message) => {
    await expect(refuseOtherThings('samples', make(name, ...files))).rejects.toThrow(message);
    await expect(refuseOtherThings('reference', join(folder, name))).rejects.toMatchObject({
      code: 'images',
    });
  });

  it('a result is refused, and a reference that is not there is called so', async () => {
    make('.', 'result.json');
    await expect(refuseOtherThings('samples', join(folder, 'result.json'))).rejects.toThrow(
      /"ganeval compare .*result\.json OTHER\.json"/,
    );
    await expect(refuseOtherThings('reference', join(folder, 'none'))).rejects.toThrow(
      /^The reference ".*none" does not exist: check --reference\.$/,
    );
  });

  it('is no folder of pictures, whatever its classes are called', async () => {
    await refuseOtherThings('samples', make('digits', '00/a.png', 'ab/b.png', 'features/c.png'));
    await refuseOtherThings('samples', join(folder, 'none'));
  });
});

describe('classes that no network knows', () => {
  const set = (name: string, classNames?: string[]) => ({
    source: { name, classNames } as unknown as ImageSource,
  });

  it('are answered with the command that trains one, on the labeled reference where there is one', () => {
    const reason = 'The network n doesn\'t know the class "star".';
    const samples = set('samples', ['star']);
    expect(explainUnknownClasses(reason, samples, set('my real', ['star']))).toBe(
      `${reason} Train one that does: "ganeval train classifier 'my real' -o classes.onnx", then run this command again with --classifier classes.onnx.`,
    );
    for (const reference of [undefined, set('real')]) {
      expect(explainUnknownClasses(reason, samples, reference)).toContain(
        '"ganeval train classifier REAL_PICTURES/ -o classes.onnx" (real pictures, a sub-folder for each class)',
      );
    }
    const own = { name: 'n', logitWidth: 4 };
    expect(explainUnknownClasses(reason, samples, undefined, own)).toMatch(
      /with --class-map FILE\.csv, whose first line is "class,column" and then one line for each class, such as "star,0"\. Without that, train/,
    );
    expect(explainUnknownClasses(reason, samples, undefined, { ...own, classes: ['sun'] })).not.toContain(
      '--class-map',
    );
    expect(explainUnknownClasses(undefined, samples, undefined)).toBeUndefined();
    expect(explainUnknownClasses(reason, set('samples'), undefined)).toBe(reason);
  });
});
