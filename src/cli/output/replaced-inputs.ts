import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { isLabelFile } from '../../images/labels/label-files.js';
import { isPictureName } from '../../images/naming/picture-names.js';
import type { Arguments, Command } from '../command.js';
import { type Destination, isStdout } from './destinations.js';

/** What pictures come in beside files of their own; arrays are left out, which some commands write. */
const FILE_OF_PICTURES = /\.(?:tar|tgz|gz|zip|parquet|arrow|bin)$|-ubyte$/i;
/** What a command reads of a folder that is no picture and no table of labels. */
const FILES_OF_FOLDERS: readonly string[] = ['part.json', 'checkpoint.safetensors'];
/** What stands beside a network and is read with it. */
const BESIDE_NETWORK = [
  (path: string) => path.replace(/\.onnx$/i, '.json'),
  (path: string) => `${path}.data`,
  (path: string) => join(dirname(path), 'config.json'),
  (path: string) => join(dirname(path), 'preprocessor_config.json'),
];

/** Something that a command reads. */
export interface Input {
  /** The option that named it; undefined for an argument without one. */
  readonly flag?: string;
  /** A path, or another name, which is no file's. */
  readonly path: string;
}

/** The files that a command is to write, as its options name them. */
export function listOutputs({ outputs }: Command, argv: Arguments): Destination[] {
  return (outputs?.(argv) ?? []).flatMap((flag) =>
    pathsOf(argv[flag]).map((path) => ({ flag: `--${flag}`, path })),
  );
}

/** What a command reads by its arguments and its own options. */
export function listInputs(command: Command, argv: Arguments, config: string | undefined): Input[] {
  const { positionals = {}, inputs = [] } = command;
  const written = command.outputs?.(argv) ?? [];
  return [
    ...Object.keys(positionals).flatMap((name) => pathsOf(argv[name]).map((path) => ({ path }))),
    ...inputs
      .filter((flag) => !written.includes(flag))
      .flatMap((flag) => pathsOf(argv[flag]).map((path) => ({ flag: `--${flag}`, path }))),
    ...pathsOf(config).map((path) => ({ flag: '--config', path })),
  ];
}

const pathsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((path) => typeof path === 'string' && path !== '');

/**
 * Refuses, before the work starts, to write a file in the place of one that the same command reads.
 *
 * @param outputs files that are written
 * @param inputs files and folders that are read; links count as what they lead to
 * @throws {UsageError} naming both
 */
export function refuseReplacedInputs(outputs: readonly Destination[], inputs: readonly Input[]): void {
  for (const output of outputs) {
    const file = isStdout(output) ? undefined : lookAt(output.path);
    if (!file?.isFile()) continue;
    const found = inputs.find((input) => isReadAs(input, output, file));
    if (found) {
      throw new UsageError(
        `${output.flag} would replace ${output.path}, which this command reads${describe(found, output)}: name another file.`,
      );
    }
    refusePicture(output);
  }
}

function describe({ flag, path }: Input, output: Destination): string {
  const named = [flag, ...(path === output.path ? [] : [path])].filter((word) => word !== undefined);
  return named.length > 0 ? ` by ${named.join(' ')}` : '';
}

function isReadAs({ path }: Input, output: Destination, file: BigIntStats): boolean {
  const input = lookAt(path);
  if (!input) return false;
  if (input.isDirectory()) return isReadOf(realpathSync(path), realpathSync(output.path));
  const beside = path.toLowerCase().endsWith('.onnx') ? BESIDE_NETWORK.map((of) => lookAt(of(path))) : [];
  return [input, ...beside].some((each) => each !== undefined && isSame(each, file));
}

/** Whether a file in a folder is one that is read beside its pictures. */
function isReadOf(folder: string, file: string): boolean {
  if (!file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)) return false;
  const name = basename(file);
  return isLabelFile(name) || FILES_OF_FOLDERS.includes(name);
}

/** No command writes pictures in the place of a file: whether this one is read, as by a table of paths, doesn't matter. */
function refusePicture({ flag, path }: Destination): void {
  const name = basename(realpathSync(path));
  if (!isPictureName(name) && !FILE_OF_PICTURES.test(name)) return;
  const what = isPictureName(name) ? 'a picture' : 'a file of pictures';
  throw new UsageError(`${flag} would replace ${path}, ${what}: name another file.`);
}

const isSame = (one: BigIntStats, other: BigIntStats) => one.dev === other.dev && one.ino === other.ino;

/** Undefined where nothing is, or nothing that can be looked at: whoever opens it says so. */
function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
