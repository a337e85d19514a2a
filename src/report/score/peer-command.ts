import type { EvaluationResult, MetricEntry, Settings } from '../../documents/result.js';
import { neutralize } from '../text/neutralize.js';

type ProfileName = Settings['profile'];

/** How the tool that a result follows would be asked for the same numbers, and where it would give others. */
export interface PeerCommand {
  /** One line for a shell, or null if the tool has none of the metrics. */
  readonly command: string | null;
  /** Sentences. */
  readonly differences: readonly string[];
}

/** The network that all of these tools use. */
const PEER_NETWORK = 'inception-v3';
/** Of the metrics, those that each tool has. */
const PEER_METRICS: Readonly<Record<ProfileName, readonly string[]>> = {
  'torch-fidelity': ['is', 'fid', 'kid', 'precision', 'recall'],
  openai: ['is'],
  'pytorch-fid': ['fid'],
  'clean-fid': ['fid', 'kid'],
};

/** Says what the tool named by the result's profile would have to be asked. */
export function describePeerCommand(result: EvaluationResult): PeerCommand {
  const { profile } = result.settings;
  const computed = result.metrics.filter(({ subject, status }) => subject === 'samples' && status === 'ok');
  const shared = computed.filter(({ id }) => PEER_METRICS[profile].includes(id));
  const ids = shared.map(({ id }) => id);
  return {
    command: ids.length > 0 ? COMMANDS[profile](result, ids) : null,
    differences: [
      ...networkDifferences(shared),
      ...missingMetrics(profile, computed),
      ...formDifferences(result),
      ...TOOL_DIFFERENCES[profile](result, ids),
      ...pixelDifferences(result),
    ],
  };
}

/** For a person: the command, then what may differ, a line each. */
export function peerCommandLines(result: EvaluationResult): string[] {
  const { command, differences } = describePeerCommand(result);
  const { profile } = result.settings;
  const lines = command === null ? [] : [`The same with ${profile}:`, `  ${neutralize(command)}`];
  if (differences.length > 0)
    lines.push('Where it may differ:', ...differences.map((each) => `- ${neutralize(each)}`));
  return lines;
}

const TORCH_FIDELITY_FLAGS: Readonly<Record<string, string>> = {
  is: '--isc',
  fid: '--fid',
  kid: '--kid',
  precision: '--prc',
  recall: '--prc',
};

type Command = (result: EvaluationResult, ids: readonly string[]) => string;

const COMMANDS: Readonly<Record<ProfileName, Command>> = {
  'torch-fidelity': ({ samples, reference, settings }, ids) => {
    const flags = new Set(ids.map((id) => TORCH_FIDELITY_FLAGS[id]));
    // Its own default network for precision and recall is another one.
    if (flags.has('--prc')) flags.add('--feature-extractor inception-v3-compat');
    return [
      `fidelity --cpu ${[...flags].join(' ')} --input1 ${quote(samples.source)}`,
      ...(ids.length > 1 || ids[0] !== 'is' ? [`--input2 ${quote(reference?.source ?? '')}`] : []),
      '--samples-find-deep',
      ...(settings.shuffle ? [] : ['--no-samples-shuffle']),
      `--rng-seed ${settings.seed} --isc-splits ${settings.splits}`,
      `--kid-subsets ${settings.kidSubsets} --kid-subset-size ${settings.kidSubsetSize}`,
    ].join(' ');
  },
  openai: ({ samples, settings }) =>
    python(
      'import glob, numpy, PIL.Image, model',
      `files = sorted(glob.glob(${quotePython(`${samples.source}/**/*.*`)}, recursive=True))`,
      `print(model.get_inception_score([numpy.asarray(PIL.Image.open(f).convert('RGB')) for f in files], splits=${settings.splits}))`,
    ),
  'pytorch-fid': ({ samples, reference }) =>
    `python -m pytorch_fid ${quote(reference?.source ?? '')} ${quote(samples.source)} --device cpu`,
  'clean-fid': ({ samples, reference }, ids) =>
    python(
      'from cleanfid import fid',
      ...ids.map(
        (id) =>
          `print(fid.compute_${id}(${quotePython(samples.source)}, ${quotePython(reference?.source ?? '')}, mode='clean', num_workers=0, device='cpu'))`,
      ),
    ),
};

type Differences = (result: EvaluationResult, ids: readonly string[]) => readonly string[];

const ROOT_OF_PRODUCT =
  'Its matrix square root gives FID to about 1e-6, and on singular covariances (fewer pictures than features) to fewer digits.';

const TOOL_DIFFERENCES: Readonly<Record<ProfileName, Differences>> = {
  'torch-fidelity': ({ samples, reference, settings }, ids) => [
    'By default it finds png, jpg and jpeg files alone (--samples-find-ext), and sorts whole paths: with files in one folder, or all in folders of one depth, the order is ours.',
    ...(ids.includes('fid') ? [ROOT_OF_PRODUCT] : []),
    ...(ids.includes('precision') || ids.includes('recall')
      ? [
          'Before its commit 5e3be6a of February 2026 it took the first input for the real pictures, so that precision and recall came out exchanged.',
        ]
      : []),
    ...(ids.includes('kid') && smallerThan(settings.kidSubsetSize, samples, reference)
      ? [`It refuses KID subsets of ${settings.kidSubsetSize} for fewer pictures; ours were reduced.`]
      : []),
  ],
  openai: () => [
    'It is a script for TensorFlow 1 that runs in the folder of its model.py and fetches the network itself.',
    'It adds up in float32, which is worth about 1e-6 of the score.',
  ],
  'pytorch-fid': ({ samples, reference }, ids) => [
    ...([samples, reference].some((set) => set?.kind === 'folder' && set.classes)
      ? ['It does not look into sub-folders: put the pictures of all classes into one folder first.']
      : []),
    ...(ids.includes('fid') ? [ROOT_OF_PRODUCT] : []),
  ],
  'clean-fid': ({ reference }, ids) => [
    'It runs its own export of the same weights, so that features agree to float32 rounding.',
    ...(reference?.kind === 'statistics' ? ['It takes a folder as reference, not a statistics file.'] : []),
    ...(ids.includes('fid') ? [ROOT_OF_PRODUCT] : []),
    ...(ids.includes('kid')
      ? ['It draws the subsets of KID without a seed, so that its value varies within std / √subsets.']
      : []),
  ],
};

function networkDifferences(shared: readonly MetricEntry[]): string[] {
  const others = shared.flatMap((entry) =>
    entry.status === 'ok' && entry.extractor && entry.extractor.name !== PEER_NETWORK
      ? [entry.extractor.name]
      : [],
  );
  return [...new Set(others)].map(
    (name) =>
      `The numbers here come from ${name}, not from the Inception v3 of 2015 that the tool runs: none will agree. "ganeval models pull ${PEER_NETWORK}" brings that network.`,
  );
}

/** These tools read folders; what else a reference may be is said tool by tool. */
function formDifferences({ samples, reference }: EvaluationResult): string[] {
  const others = [samples, reference].filter((set) => set && !['folder', 'statistics'].includes(set.kind));
  const sources = new Set(others.map((set) => set?.source));
  return [...sources].map(
    (source) => `It reads folders of pictures: put those of ${source} into one, and name that.`,
  );
}

function missingMetrics(profile: ProfileName, computed: readonly MetricEntry[]): string[] {
  const missing = computed.filter(({ id }) => !PEER_METRICS[profile].includes(id)).map(({ title }) => title);
  return missing.length > 0 ? [`It has no ${missing.join(', no ')}.`] : [];
}

function pixelDifferences({ samples, reference, settings }: EvaluationResult): string[] {
  const changes = [samples, ...(reference ? [reference] : [])].flatMap(({ changed }) => Object.keys(changed));
  const mixed = [samples, reference].some(
    (set) => set?.sizes && String(set.sizes.smallest) !== String(set.sizes.largest),
  );
  return [
    ...(settings.alpha === 'drop' || !changes.some((change) => change.startsWith('alpha'))
      ? []
      : [`Transparency was composited on ${settings.alpha}; the tool drops it.`]),
    ...(mixed
      ? ['The pictures have several sizes, which it takes one at a time (--batch-size 1), if at all.']
      : []),
    'It decodes pictures with an EXIF orientation and 16-bit gray ones otherwise (see the README).',
  ];
}

function smallerThan(size: number, ...sets: readonly ({ count: number | null } | undefined)[]): boolean {
  return sets.some((set) => typeof set?.count === 'number' && set.count < size);
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A Python string literal: JSON's escapes are among Python's. */
function quotePython(text: string): string {
  return JSON.stringify(text);
}

function python(...statements: readonly string[]): string {
  return `python -c ${quote(statements.join('; '))}`;
}
