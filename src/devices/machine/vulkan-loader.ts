import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { readWhole } from '../../storage/read-whole.js';

const NAME = 'libvulkan.so.1';
const USUAL_FOLDERS = [
  'usr/lib/x86_64-linux-gnu',
  'lib/x86_64-linux-gnu',
  'usr/lib64',
  'lib64',
  'usr/lib',
  'lib',
  'usr/local/lib',
];
/** Above the loader's list of any system. */
const MAX_CACHE_BYTES = 2 ** 23;

/** Where the Vulkan loader of Linux is looked for. */
export interface LoaderPlaces {
  /** Of the file system. @default '/' */
  readonly root?: string;
  /** @default that of this process */
  readonly environment?: Readonly<NodeJS.ProcessEnv>;
}

/** Whether the library that finds Vulkan's drivers is where the system's linker looks. */
export async function hasVulkanLoader({
  root = '/',
  environment = process.env,
}: LoaderPlaces = {}): Promise<boolean> {
  const own = (environment.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => isAbsolute(folder));
  const folders = [
    ...own.map((folder) => join(root, folder)),
    ...USUAL_FOLDERS.map((folder) => join(root, folder)),
  ];
  if (folders.some((folder) => existsSync(join(folder, NAME)))) return true;
  const listed = await readWhole(join(root, 'etc/ld.so.cache'), MAX_CACHE_BYTES).catch(() => undefined);
  return listed?.includes(NAME) ?? false;
}

/** Variables that name Vulkan's drivers. */
const DRIVER_VARIABLES = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'];

/** Whether the environment names drivers of Vulkan, which may be no GPU's. */
export function namesVulkanDrivers(environment: Readonly<NodeJS.ProcessEnv> = process.env): boolean {
  return DRIVER_VARIABLES.some((name) => Boolean(environment[name]));
}
