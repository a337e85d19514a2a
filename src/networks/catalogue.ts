import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { NetworkError } from '../core/errors.js';
import { ARCHITECTURE_NAMES } from './architectures/index.js';

/** A weight file as its publisher has it. Where the publisher states no digest, the first download decides which one counts. */
const weights = z
  .strictObject({
    file: z.string().regex(/^[\w.-]+$/),
    /** Not every publisher says how long its file is. */
    bytes: z.int().positive().optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    /** The digest's first digits, where the publisher puts no more of it into the file's name. */
    sha256Prefix: z
      .string()
      .regex(/^[0-9a-f]{8,63}$/)
      .optional(),
    /** The first is the publisher's; the others hold the same bytes. */
    urls: z.array(z.url({ protocol: /^https$/ })).nonempty(),
  })
  .refine(({ sha256, sha256Prefix }) => sha256 === undefined || sha256Prefix === undefined, {
    message: 'expected sha256 or sha256Prefix, not both',
  });

const catalogueEntry = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  /** Which architecture the tensors belong to. */
  architecture: z.enum(ARCHITECTURE_NAMES),
  purpose: z.string(),
  license: z.string(),
  /** Where the network was published. */
  paper: z.string().optional(),
  /** Goes into the card of a network made of exactly these weights. */
  comparableWith: z.string(),
  weights,
});

const catalogue = z.strictObject({ networks: z.array(catalogueEntry) });

/** A network that can be pulled. */
export type CatalogueEntry = z.infer<typeof catalogueEntry>;
export type WeightFile = CatalogueEntry['weights'];

const FILE = fileURLToPath(new URL('../../models/catalogue.json', import.meta.url));

/**
 * The networks that can be pulled.
 *
 * @returns names, licenses and weight files
 */
export async function readCatalogue(): Promise<CatalogueEntry[]> {
  const parsed = catalogue.safeParse(JSON.parse(await readFile(FILE, 'utf8')));
  if (parsed.success) return parsed.data.networks;
  const [{ path, message }] = parsed.error.issues;
  throw new Error(`${basename(FILE)} is wrong at ${path.join('.')}: ${message}`);
}

/**
 * The entry of this name.
 *
 * @throws {NetworkError} if there is no such network to pull
 */
export async function findInCatalogue(name: string): Promise<CatalogueEntry> {
  const entries = await readCatalogue();
  const entry = entries.find((each) => each.name === name);
  if (entry) return entry;
  const known = entries.map((each) => each.name).join(', ');
  throw new NetworkError(
    `${name} is not in the catalogue (${known}): check the name, or import a weight file.`,
  );
}

/** Whether a publisher says nothing of what is in a weight file. */
export function isUnpinned({ sha256, sha256Prefix }: Pick<WeightFile, 'sha256' | 'sha256Prefix'>): boolean {
  return sha256 === undefined && sha256Prefix === undefined;
}

/** Whether a file of this digest is the one of the catalogue, as far as its publisher or an earlier download says. */
export function isDigestOf(
  { sha256, sha256Prefix }: Pick<WeightFile, 'sha256' | 'sha256Prefix'>,
  digest: string,
) {
  return digest === sha256 || (sha256Prefix !== undefined && digest.startsWith(sha256Prefix));
}
