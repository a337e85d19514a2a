// Who may import whom. A folder may import itself and what is listed here, nothing else of ours.
const allowed = {
  maths: [],
  arrays: [],
  images: ['arrays', 'storage'],
  onnx: [],
  storage: [],
  pytorch: ['onnx'],
  inception: ['onnx', 'storage', 'pytorch'],
  datasets: ['images', 'arrays', 'storage'],
  metrics: ['maths', 'onnx'],
  features: ['inception', 'images', 'onnx', 'arrays', 'storage'],
  evaluate: ['features', 'metrics', 'inception', 'images', 'onnx', 'maths', 'arrays', 'storage'],
  gate: ['evaluate/result', 'maths'],
  ci: ['evaluate', 'gate', 'images', 'storage'],
  compare: ['evaluate/options', 'evaluate/result', 'gate', 'storage'],
  report: [
    'compare/comparison',
    'evaluate/ablation-result',
    'evaluate/illustrations',
    'evaluate/result',
    'gate/verdict',
    'train/adversarial/training-record',
  ],
  train: [
    'arrays',
    'evaluate',
    'features',
    'datasets',
    'inception',
    'images',
    'tfjs-backend',
    'onnx',
    'maths',
    'storage',
  ],
  parzen: ['evaluate/events', 'evaluate/options', 'datasets', 'images', 'onnx'],
  'tfjs-backend': ['onnx'],
};

const folderRules = Object.entries(allowed).map(([folder, may]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${may.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [folder, ...may].map((name) => `^src/${name}[/.]`) },
}));

/** A heavy package has one door, so that it loads only when needed and could be replaced in one place. */
const onlyIn = (pkg, folder) => ({
  name: `${pkg}-only-in-${folder}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${folder}/` },
  to: { path: `node_modules/${pkg}/` },
});

module.exports = {
  forbidden: [
    ...folderRules,
    onlyIn('onnxruntime-node', 'onnx'),
    onlyIn('onnx-buf', 'onnx'),
    onlyIn('sharp', 'images'),
    onlyIn('yargs', 'cli'),
    onlyIn('cli-progress', 'cli'),
    onlyIn('vega', 'report/html'),
    onlyIn('vega-lite', 'report/html'),
    {
      name: 'tfjs-only-in-training',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(train|tfjs-backend)/' },
      to: { path: 'node_modules/@tensorflow/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'nobody-imports-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
