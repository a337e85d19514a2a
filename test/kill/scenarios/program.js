import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = new URL('../../../', import.meta.url);

/** A path of the repository. */
export const inRepository = (path) => fileURLToPath(new URL(path, REPOSITORY));
export const PROGRAM = inRepository('bin/ganeval.js');
/** 200 pictures of CIFAR-10's test split in class folders. */
export const CIFAR = inRepository('fixtures/cifar10/test');

/** Copies some pictures of the fixture, by class. */
export function copyPictures(folder, classes, perClass, skip = 0) {
  for (const name of readdirSync(CIFAR).sort().slice(0, classes)) {
    mkdirSync(join(folder, name), { recursive: true });
    const files = readdirSync(join(CIFAR, name)).sort();
    for (const file of files.slice(skip, skip + perClass))
      copyFileSync(join(CIFAR, name, file), join(folder, name, file));
  }
  return folder;
}
