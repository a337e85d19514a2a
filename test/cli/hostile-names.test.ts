import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseString } from 'fast-csv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandEntry, CommandGroup } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { findDanger, HOSTILE_NAMES } from '../escape/find-danger.js';
import { Program } from '../hostile/program.js';
import { SAMPLES } from './run-program.js';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));
const [FIRST, SECOND, THIRD] = HOSTILE_NAMES;
const MANY_MS = 300_000;

let root: string;
/** A folder whose own name is hostile, too; all that commands read and write is in it. */
let place: string;
let program: Program;
let runner: Program;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ganeval-names-'));
  place = join(root, FIRST);
  mkdirSync(place);
  for (const set of ['samples', 'other']) makePictures(at(set));
  makePictures(at('probes'), 3);
  mkdirSync(at('bad'));
  writeFileSync(at('bad', `${SECOND}.png`), 'no picture');
  mkdirSync(at(SECOND));
  for (const ending of ['onnx', 'json'])
    copyFileSync(join(MODELS, `inception-cifar10.${ending}`), at(SECOND, `${THIRD}.${ending}`));
  writeFileSync(at('config.json'), JSON.stringify({ [SECOND]: 1 }));
  writeFileSync(at('weights.pth'), SECOND);
  writeFileSync(at('texts.csv'), `file,text\n${SECOND},${THIRD}\n`);
  program = new Program(root);
  runner = new Program(root, false, { GITHUB_ACTIONS: 'true' });
});

afterAll(() => {
  program.stop();
  runner.stop();
  rmSync(root, { recursive: true });
});

/** A hostile path: `name` in a folder of a hostile name. */
const at = (...names: string[]) => join(place, ...names);

/** Three classes of hostile names with pictures of hostile names. */
function makePictures(folder: string, each = 4): void {
  for (const [index, name] of HOSTILE_NAMES.entries()) {
    const source = join(SAMPLES, readdirSync(SAMPLES)[index]);
    mkdirSync(join(folder, name), { recursive: true });
    for (const [i, file] of readdirSync(source).slice(0, each).entries())
      copyFileSync(join(source, file), join(folder, name, `${i}${THIRD}.png`));
  }
}

const SCORE = ['--metrics', 'is', '--device', 'cpu'];
const cache = () => ['--cache-dir', at('cache')];
const store = () => ['--models-dir', at('store')];
/** Each format on stdout, and no format: the text for a person. */
const formats = (args: string[], ...names: string[]) => [
  args,
  ...names.map((name) => [...args, `--${name}`, '-']),
];

interface Lines {
  /** Those that end with 0, or with 1 where a gate fails; what one makes, those below it read. */
  readonly works?: readonly string[][];
  readonly fails?: readonly string[][];
}

/** Command lines with hostile names for every command; a new command needs its lines here. */
const LINES: Readonly<Record<string, () => Lines>> = {
  score: () => {
    const args = ['score', at('samples'), ...SCORE, ...cache()];
    return {
      works: [
        ...formats([...args, '--metrics', 'is,msssim'], 'json', 'csv', 'markdown', 'html'),
        [...args, '--json', at('a.json')],
        [...args, '--json', at(`${SECOND}.json`), '--reference', at('other')],
        [...args, '--dry-run', '--model', at(SECOND, `${THIRD}.onnx`)],
        [...args, '--like', 'torch-fidelity'],
        [...args, '--shard', '1/1', '--out', at('part')],
      ],
      fails: [
        ['score', at('bad'), ...SCORE, ...cache()],
        ['score', at('no such', SECOND)],
        [...args, '--model', SECOND],
        [...args, '--classes', FIRST],
        [...args, '--config', at('config.json')],
        [...args, '--debug', '--model', `${SECOND}\n::error::x`],
      ],
    };
  },
  ablate: () => ({
    works: formats(
      ['ablate', at('samples'), '--resolutions', '16', '--metrics', 'is', ...cache()],
      'json',
      'csv',
      'markdown',
      'html',
    ),
    fails: [['ablate', at(SECOND)]],
  }),
  compare: () => ({
    works: formats(['compare', at('a.json'), at(`${SECOND}.json`)], 'json', 'csv', 'markdown', 'html'),
    fails: [['compare', at('a.json'), at(THIRD)]],
  }),
  merge: () => ({
    works: formats(['merge', at('part')], 'json', 'csv', 'markdown'),
    fails: [['merge', at(THIRD)]],
  }),
  gate: () => {
    const baseline = ['--baseline', at('baseline.json')];
    const args = ['gate', at(`${SECOND}.json`), ...baseline];
    return {
      works: [
        [...args, '--update'],
        ...formats([...args, '--floor', 'is=900'], 'json', 'junit', 'markdown', 'html'),
      ],
      fails: [
        ['gate', at('samples'), '--baseline', at(THIRD)],
        [...args, '--floor', `is=${SECOND}`],
      ],
    };
  },
  'gate power': () => {
    const args = ['gate', 'power', '--baseline', at('baseline.json'), '--drop'];
    return {
      works: formats([...args, '5%']).concat([[...args, '5%', '--json']]),
      fails: [[...args, SECOND]],
    };
  },
  stats: () => ({
    works: [['stats', at('samples'), '-o', at('stats.npz'), ...cache()]],
    fails: [['stats', at('bad'), '-o', at('stats.npz')]],
  }),
  watch: () => {
    // A set of a hostile name, and one that can't be read.
    makePictures(at('watched', `${SECOND} 1`));
    mkdirSync(at('watched', `${THIRD} 2`), { recursive: true });
    writeFileSync(at('watched', `${THIRD} 2`, `${FIRST}.png`), 'no picture');
    const args = ['watch', at('watched'), '--once', '--settle', '0', ...SCORE, ...cache()];
    return {
      works: [args, [...args, '--tensorboard', at(`${SECOND}.tb`), '--prometheus', at(`${SECOND}.prom`)]],
      fails: [
        ['watch', at('no such', SECOND)],
        [...args, '--prometheus', at(SECOND)],
        [...args, '--mlflow', at(SECOND)],
        [...args, '--until', SECOND],
        [...args, '--grid', FIRST],
      ],
    };
  },
  'train classifier': () => ({
    fails: [
      ['train', 'classifier', at('bad'), '-o', at('net.onnx')],
      ['train', 'classifier', at('samples'), '-o', at(SECOND)],
    ],
  }),
  'train gan': () => ({
    works: [['train', 'gan', at('samples'), '-o', at('run'), '--steps', '1', '--no-report']],
    fails: [['train', 'gan', at('samples'), '-o', at('run2'), '--classes', 'other', '--steps', '1']],
  }),
  'train improved': () => ({ fails: [['train', 'improved', at('bad'), '-o', at('run3')]] }),
  'train acgan': () => {
    const plan = ['train', 'acgan', '-o', at(`plan${SECOND}`)];
    const toy = ['--width', '0.05', '--batch-size', '2', '--steps', '1'];
    return {
      works: [
        [...plan, at('samples'), '--plan', '3', ...toy],
        [...plan, '--plan-group', '1'],
        [...plan, '--plan-status'],
        ['sample', at(`plan${SECOND}`), '-n', '2', '-o', at('of plan'), '--unfinished'],
      ],
      fails: [
        ['train', 'acgan', at(THIRD), '-o', at('run4')],
        ['train', 'acgan', at('samples'), '-o', at('run4'), '--attributes', at(SECOND, THIRD)],
        ['train', 'acgan', at('samples'), '-o', at('run4'), '--auxiliary-features', at(SECOND, THIRD)],
        ['train', 'acgan', at('samples'), '-o', at('run4'), '--boxes', at(SECOND, THIRD)],
        ['train', 'acgan', at('samples'), '-o', at('run4'), '--embeddings', at(SECOND, THIRD)],
        ['train', 'acgan', at('samples'), '-o', at('run4'), '--texts', at(THIRD), '--text-tower', at(SECOND)],
        [
          'train',
          'acgan',
          at('samples'),
          '-o',
          at('run4'),
          '--texts',
          at('texts.csv'),
          '--text-tower',
          at(THIRD),
        ],
        ['train', 'acgan', at('samples'), '-o', at('run4'), '--texts', at('texts.csv')],
        [...plan, at('samples'), '--plan', '2'],
        [...plan, '--plan-group', '9'],
        ['train', 'acgan', '-o', at(THIRD), '--plan-status'],
        ['train', 'acgan', at('samples'), '-o', at('plan2'), '--plan', SECOND],
        ['train', 'acgan', at('samples'), '-o', at('plan2'), '--plan', '3', '--classes', FIRST],
        ['sample', at(`plan${SECOND}`), '-n', '2', '-o', at('of plan 2')],
      ],
    };
  },
  parzen: () => {
    const args = ['parzen', at('samples'), '--test', at('other'), ...cache(), '--sigma', '0.2'];
    return { works: [args, [...args, '--json']], fails: [['parzen', ...args.slice(2), at('bad')]] };
  },
  sample: () => ({
    works: [['sample', at('run'), '-n', '2', '-o', at('drawn')]],
    fails: [
      ['sample', at(THIRD), '-n', '2', '-o', at('drawn2')],
      ['sample', at('run'), '-n', '2', '-o', at('drawn2'), '--attributes', at(SECOND, THIRD)],
      ['sample', at('run'), '-n', '2', '-o', at('drawn2'), '--text', SECOND, '--text-tower', at(THIRD)],
    ],
  }),
  invert: () => {
    const args = ['invert', at('run'), at('samples'), '-o', at(`${SECOND}.inverted`), ...cache()];
    const quick = ['-n', '2', '--network-steps', '1', '--steps', '1', '--starts', '1', '--units', '2'];
    return {
      works: [
        [...args, ...quick, '--training', at('other')],
        [...args, ...quick, '--resume', '--json'],
      ],
      fails: [
        ['invert', at('run'), at(THIRD), '-o', at('inverted2')],
        ['invert', at(SECOND, `${THIRD}.onnx`), at('samples'), '-o', at('inverted2')],
        [...args, '--class', FIRST],
      ],
    };
  },
  inpaint: () => {
    const run = at(`${SECOND}.parts`);
    const args = ['inpaint', run, at('samples'), '-n', '2', '--completions', '1', ...cache(), '-o'];
    return {
      works: [
        ['train', 'gan', at('samples'), '-o', run, '--steps', '1', '--inpaint', '--no-report'],
        [...args, at(`${SECOND}.completed`)],
        [...args, at(`${SECOND}.completed2`), '--json', '--box', '1,1,2,2'],
      ],
      fails: [
        ['inpaint', at('run'), at(THIRD), '-o', at('completed3')],
        ['inpaint', run, at(THIRD), '-o', at('completed3')],
        [...args, at('completed3'), '--box', SECOND],
        [...args, at('completed3'), '--class', FIRST],
      ],
    };
  },
  classify: () => {
    const args = ['classify', at(`${SECOND}.probed`), at('samples'), ...cache(), '--draws', '2'];
    const few = ['--labels-per-class', '2'];
    return {
      works: [
        ['train', 'gan', at('samples'), '-o', args[1], '--steps', '1', '--no-report'],
        [...args, ...few, '--test', at('probes')],
        [...args, ...few, '--test', at('probes'), '--json'],
      ],
      fails: [
        [...args, ...few, '--test', at(THIRD)],
        [...args, ...few, '--test', at('samples')],
        [...args, '--test', at('probes')],
        ['classify', at(THIRD), at('samples'), '--test', at('probes')],
        ['classify', at(SECOND, `${THIRD}.onnx`), at('samples'), '--test', at('probes')],
      ],
    };
  },
  'models import': () => ({
    works: [['models', 'import', at(SECOND, `${THIRD}.onnx`), '--name', 'mine', ...store()]],
    fails: [
      ['models', 'import', at('weights.pth'), ...store()],
      ['models', 'import', at(SECOND, `${THIRD}.onnx`), '--name', SECOND, ...store()],
    ],
  }),
  'models list': () => ({ works: [[], ['--json']].map((more) => ['models', 'list', ...more, ...store()]) }),
  'models pull': () => ({
    fails: [
      ['models', 'pull', FIRST, ...store()],
      ['models', 'pull', 'inception-v3', '--from', at(THIRD), ...store()],
      ['models', 'pull', 'inception-v3', '--mirror', SECOND, ...store()],
    ],
  }),
  'models verify': () => ({
    works: [[], ['--json']].map((more) => ['models', 'verify', ...more, ...store()]),
    fails: [['models', 'verify', FIRST, ...store()]],
  }),
  'models remove': () => ({
    works: [['models', 'remove', 'mine', ...store()]],
    fails: [['models', 'remove', FIRST, ...store()]],
  }),
  'data list': () => ({
    works: [
      ['data', 'list'],
      ['data', 'list', '--json'],
    ],
  }),
  'data pull': () => ({
    fails: [
      ['data', 'pull', 'mnist', '--data-dir', at(SECOND), '-o', at('data')],
      ['data', 'pull', FIRST, '-o', at('data')],
    ],
  }),
  'cache info': () => ({ works: [[], ['--json']].map((more) => ['cache', 'info', ...more, ...cache()]) }),
  'cache prune': () => ({
    works: [['cache', 'prune', '--all', ...cache()]],
    fails: [['cache', 'prune', '--older-than', SECOND, ...cache()]],
  }),
  devices: () => ({
    works: [['devices'], ['devices', '--json']],
  }),
  'devices list': () => ({ works: [['devices', 'list']] }),
  'devices install': () => ({
    fails: [
      ['devices', 'install', 'cuda', '--from', at(SECOND)],
      ['devices', 'install', 'cuda', '--from', at('weights.pth')],
    ],
  }),
  // It would remove what somebody installed in this copy.
  'devices remove': () => ({ fails: [['devices', 'remove', SECOND]] }),
  doctor: () => ({ works: [[], ['--json']].map((more) => ['doctor', ...more, ...cache(), ...store()]) }),
  completion: () => ({ works: [['completion', 'zsh']], fails: [['completion', SECOND]] }),
};

function listCommands(entries: readonly (CommandEntry | CommandGroup)[], before = ''): string[] {
  return entries.flatMap((entry) => {
    const name = `${before}${entry.usage.split(' ')[0]}`;
    return [...('load' in entry ? [name] : []), ...listCommands(entry.commands ?? [], `${name} `)];
  });
}

it('has a line for every command', () => {
  expect(Object.keys(LINES).sort()).toEqual(listCommands(COMMANDS).sort());
});

describe('under a runner of CI', () => {
  it.each(Object.keys(LINES))(
    '%s writes nothing that a terminal or a runner would obey',
    async (name) => {
      const { works = [], fails = [] } = LINES[name]();
      // A watch of a folder that is there would wait for its sets.
      const words = name === 'watch' ? [`--${SECOND}`] : [`--${SECOND}`, FIRST];
      const misused = words.map((word) => [...name.split(' '), word]);
      for (const args of [...works, ...fails, ...misused]) {
        const { exit, stdout, stderr } = await runner.answer({ args });
        const line = JSON.stringify(args);
        const expected = works.includes(args) ? [0, 1] : [2, 3, 4];
        expect(expected, `${line}: ${stderr}`).toContain(exit);
        // Annotations are commands of the gate's own.
        const notes = stderr.replace(/^::error title=[^:\n]*::(?!\s*::)/gm, '');
        expect(findDanger(stdout), `stdout of ${line}`).toBeUndefined();
        expect(findDanger(notes), `stderr of ${line}`).toBeUndefined();
      }
    },
    MANY_MS,
  );
});

describe('in documents', () => {
  it('names are what they were', async () => {
    const files = { json: at('exact.json'), csv: at('exact.csv') };
    const args = ['score', at('samples'), ...SCORE, ...cache(), '--json', files.json, '--csv', files.csv];
    expect((await program.answer({ args: [...args, '--metrics', 'msssim'] })).exit).toBe(0);
    const json = readFileSync(files.json, 'utf8');
    expect(findDanger(json)).toBeUndefined();
    const [{ perClass }] = JSON.parse(json).metrics;
    const names = [...HOSTILE_NAMES].sort();
    expect(perClass.map((entry: { class: string }) => entry.class).sort()).toEqual(names);
    const read = await readCsv(readFileSync(files.csv, 'utf8'));
    const classes = read.map((row) => row.class).filter((name) => name !== '');
    // The quote that keeps a spreadsheet from running it is no part of the name.
    expect([...new Set(classes.map((name) => name.replace(/^'(?='*[=+\-@\t\r\n])/, '')))].sort()).toEqual(
      names,
    );
  });

  it('names come through a pipe as they are where no runner reads', async () => {
    const { stdout } = await program.answer({
      args: ['score', at('samples'), '--metrics', 'msssim', ...cache(), '--csv', '-'],
    });
    expect(stdout).toContain(SECOND);
  });
});

function readCsv(text: string): Promise<Record<string, string>[]> {
  return new Promise((resolve, reject) => {
    const rows: Record<string, string>[] = [];
    parseString(text, { headers: true })
      .on('data', (row) => rows.push(row))
      .on('error', reject)
      .on('end', () => resolve(rows));
  });
}
