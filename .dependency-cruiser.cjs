// Who may import whom. A folder may import itself and what is listed here, nothing else of ours.
const allowed = {
  core: [],
  math: [],
  storage: ['core'],
  documents: ['core'],
  archives: ['core', 'storage'],
  onnx: ['core'],
  pytorch: ['core', 'archives', 'onnx'],
  images: ['core', 'archives', 'storage'],
  networks: ['core', 'onnx', 'pytorch', 'storage'],
  datasets: ['core', 'archives', 'images', 'storage'],
  metrics: ['core', 'documents', 'math', 'onnx'],
  features: ['core', 'archives', 'images', 'metrics', 'networks', 'onnx', 'storage'],
  copies: ['core', 'documents', 'images', 'math', 'metrics'],
  evaluate: [
    'core',
    'copies',
    'documents',
    'features',
    'images',
    'math',
    'metrics',
    'networks',
    'onnx',
    'storage',
  ],
  ablate: ['core', 'documents', 'evaluate', 'features', 'images', 'math', 'metrics', 'networks'],
  distribute: ['core', 'documents', 'evaluate', 'features', 'images', 'storage'],
  illustrate: ['copies', 'core', 'documents', 'evaluate', 'images', 'math', 'metrics', 'networks', 'onnx'],
  'gate/judging': ['core', 'documents', 'math', 'metrics'],
  gate: ['core', 'documents', 'evaluate', 'metrics', 'networks', 'storage'],
  compare: ['core', 'documents', 'gate/judging', 'storage'],
  report: ['core', 'documents'],
  'tfjs-backend': ['onnx'],
  train: [
    'core',
    'archives',
    'datasets',
    'documents',
    'evaluate',
    'features',
    'images',
    'math',
    'networks',
    'onnx',
    'storage',
    'tfjs-backend',
  ],
  parzen: ['core', 'datasets', 'images', 'onnx'],
};

/** Rooms with rules of their own inside a room. */
const roomsWithin = (folder) => Object.keys(allowed).filter((room) => room.startsWith(`${folder}/`));

const folderRules = Object.entries(allowed).map(([folder, may]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${may.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: roomsWithin(folder).map((room) => `^src/${room}/`) },
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
    onlyIn('vega', 'report/charts'),
    onlyIn('vega-lite', 'report/charts'),
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
