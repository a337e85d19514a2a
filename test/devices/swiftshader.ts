import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Chromium brings SwiftShader, Vulkan in software, with a Vulkan loader beside it. */
const FOLDERS = [
  process.env.GANEVAL_SWIFTSHADER,
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
].filter((folder) => folder !== undefined);
const NEEDED = ['vk_swiftshader_icd.json', 'libvk_swiftshader.so', 'libvulkan.so.1'];

/** The environment in which WebGPU runs in software; undefined where it can't be had. */
export function swiftShader(): Record<string, string> | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = FOLDERS.find((each) => NEEDED.every((file) => existsSync(join(each, file))));
  if (folder === undefined) return undefined;
  return { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json') };
}

/** Why tests on it are skipped, as they print it. */
export const NO_SWIFTSHADER =
  'skipped: there is no SwiftShader here; install Chromium, or name the folder of its libraries in GANEVAL_SWIFTSHADER';
