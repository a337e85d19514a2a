import type { MachineFiles } from '../machine-files.js';

/** Where NVIDIA's driver puts libcuda in containers and on systems of other kinds. */
const DRIVER_FOLDERS = [
  '/usr/lib/wsl/lib',
  '/usr/local/nvidia/lib64',
  '/usr/lib64-nvidia',
  '/run/opengl-driver/lib',
  '/.singularity.d/libs',
];

/**
 * Folders where CUDA and cuDNN often are though the dynamic loader does not look there: Python packages of NVIDIA's in the active
 * environment and of the python3 on PATH, conda, CUDA toolkits. In the order in which they are taken; whether they exist is not said.
 */
export async function listUsualFolders(machine: MachineFiles): Promise<string[]> {
  const { CONDA_PREFIX, CUDA_HOME, CUDA_PATH, CUDA_ROOT, CUDNN_HOME, CUDNN_PATH } = machine.environment;
  const packages: string[] = [];
  for (const prefix of await pythonPrefixes(machine))
    packages.push(...(await packageFolders(machine, prefix)));
  const toolkits = [
    CUDA_HOME,
    CUDA_PATH,
    CUDA_ROOT,
    CUDNN_HOME,
    CUDNN_PATH,
    ...(await listToolkits(machine)),
  ];
  const folders = [
    ...packages,
    ...(CONDA_PREFIX ? [`${CONDA_PREFIX}/lib`] : []),
    ...toolkits.flatMap((home) =>
      home ? [`${home}/lib64`, `${home}/targets/x86_64-linux/lib`, `${home}/lib`] : [],
    ),
    ...DRIVER_FOLDERS,
  ];
  return [...new Set(folders)];
}

/** /usr/local/cuda-13.0 and its like, the newest first; /usr/local/cuda leads to one of them. */
async function listToolkits(machine: MachineFiles): Promise<string[]> {
  const names = (await machine.list('/usr/local')).filter((name) => /^cuda(-[\d.]+)?$/.test(name));
  const byVersion = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return [...byVersion.map((name) => `/usr/local/${name}`), '/opt/cuda'];
}

/** Where Python environments begin: the active ones, that of the python3 on PATH, the user's own. */
async function pythonPrefixes(machine: MachineFiles): Promise<string[]> {
  const { VIRTUAL_ENV, CONDA_PREFIX, PATH = '', HOME } = machine.environment;
  const prefixes = [VIRTUAL_ENV, CONDA_PREFIX];
  for (const folder of PATH.split(':').filter((part) => part.startsWith('/'))) {
    const python = `${folder}/python3`;
    if (!(await machine.has(python))) continue;
    const real = await machine.realPath(python);
    prefixes.push(above(folder), above(real.slice(0, real.lastIndexOf('/'))), '/usr/local');
    break;
  }
  prefixes.push(HOME && `${HOME}/.local`);
  return [...new Set(prefixes.filter((prefix): prefix is string => Boolean(prefix)))];
}

function above(folder: string): string {
  return folder.slice(0, folder.lastIndexOf('/')) || '/';
}

/** Folders of libraries that NVIDIA's Python packages have: site-packages/nvidia/cudnn/lib. */
async function packageFolders(machine: MachineFiles, prefix: string): Promise<string[]> {
  const folders: string[] = [];
  for (const python of (await machine.list(`${prefix}/lib`)).filter((name) =>
    /^python3(\.\d+)?$/.test(name),
  )) {
    for (const site of ['site-packages', 'dist-packages']) {
      const nvidia = `${prefix}/lib/${python}/${site}/nvidia`;
      for (const name of await machine.list(nvidia)) folders.push(`${nvidia}/${name}/lib`);
    }
  }
  return folders;
}
