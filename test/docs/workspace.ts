import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeNpz } from '../../src/archives/npz.js';
import { ROOT } from './markdown.js';

/** Classes of `worse/`, and the class whose pictures they hold. */
const WORSE: Readonly<Record<string, string | undefined>> = { cat: 'dog', deer: 'horse', ship: 'truck' };

const PICTURES = join(ROOT, 'fixtures/cifar10/test');

/** Where the pages' commands run: a folder for each page, one cache and one `ganeval` for all. */
export interface Workspace {
  /** A new folder with what the pages' commands take for granted. */
  openFolder(): string;
  /** The environment of the commands: `ganeval` is the built program, and nothing of the user's is touched. */
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
}

/**
 * What stands in the folder of every page, made of the 200 pictures in `fixtures/cifar10/test` (20 of each of 10 classes):
 *
 * - `samples/`: the first 8 of each class; `real/`: the other 12
 * - `epoch10/`, `epoch20/`: as `samples/`, but in `epoch10/` the first two cats are replaced by dogs
 * - `worse/`: as `samples/`, but three classes hold pictures of another one
 * - `data/train/`, `data/test/`: as `samples/` and `real/`
 * - `samples.npz`: `samples/` as arr_0 (uint8 N×H×W×3) and arr_1 (labels)
 * - `labels.csv`: path,label for `samples/`
 * - `fixtures`: the repository's
 */
export async function openWorkspace(): Promise<Workspace> {
  const folder = mkdtempSync(join(tmpdir(), 'ganeval-docs-'));
  const template = join(folder, 'template');
  await makeTemplate(template);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'ganeval'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/ganeval.js')}" "$@"\n`,
  );
  chmodSync(join(bin, 'ganeval'), 0o755);
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GANEVAL_|NODE_OPTIONS|VITEST|FORCE_COLOR|GITHUB_)/.test(name),
  );
  const environment = {
    ...Object.fromEntries(kept),
    PATH: `${bin}:${process.env.PATH}`,
    HOME: join(folder, 'home'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_DATA_HOME: join(folder, 'data'),
    TMPDIR: folder,
    NO_COLOR: '1',
  };
  let opened = 0;
  return {
    folder,
    environment,
    openFolder() {
      const page = join(folder, `page${++opened}`);
      cpSync(template, page, { recursive: true });
      symlinkSync(join(ROOT, 'fixtures'), join(page, 'fixtures'));
      // So that a script's `import 'ganeval'` finds the package.
      mkdirSync(join(page, 'node_modules'));
      symlinkSync(ROOT, join(page, 'node_modules/ganeval'));
      writeFileSync(join(page, 'package.json'), '{ "type": "module" }\n');
      return page;
    },
  };
}

async function makeTemplate(template: string): Promise<void> {
  const classes = readdirSync(PICTURES).sort();
  const files = (name: string) => readdirSync(join(PICTURES, name)).sort();
  const copy = (set: string, to: string, from: string, pictures: readonly string[]) => {
    const target = join(template, set, to);
    mkdirSync(target, { recursive: true });
    for (const picture of pictures) cpSync(join(PICTURES, from, picture), join(target, picture));
  };
  for (const name of classes) {
    const [samples, real] = [files(name).slice(0, 8), files(name).slice(8)];
    copy('samples', name, name, samples);
    copy('real', name, name, real);
    copy('data/train', name, name, samples);
    copy('data/test', name, name, real);
    copy('epoch20', name, name, samples);
    copy('epoch10', name, name, name === 'cat' ? samples.slice(2) : samples);
    if (name === 'cat') copy('epoch10', name, 'dog', files('dog').slice(8, 10));
    const shown = WORSE[name] ?? name;
    copy('worse', name, shown, files(shown).slice(0, 8));
  }
  const pictures = classes.flatMap((name, label) =>
    files(name)
      .slice(0, 8)
      .map((file) => ({ path: `${name}/${file}`, name, label })),
  );
  writeFileSync(
    join(template, 'labels.csv'),
    ['path,label', ...pictures.map(({ path, name }) => `${path},${name}`), ''].join('\n'),
  );
  const pixels = await Promise.all(
    pictures.map(({ path }) => sharp(join(PICTURES, path)).removeAlpha().raw().toBuffer()),
  );
  await writeNpz(join(template, 'samples.npz'), {
    arr_0: { shape: [pictures.length, 32, 32, 3], data: Uint8Array.from(Buffer.concat(pixels)) },
    arr_1: { shape: [pictures.length], data: Int32Array.from(pictures, ({ label }) => label) },
  });
}
