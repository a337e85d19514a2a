import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeReferencePages } from './reference/reference-pages.js';

// `npm run docs:cli`: writes the pages of docs/reference that are made from the code.

const folder = fileURLToPath(new URL('../../../docs/reference/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(await makeReferencePages()))
  writeFileSync(`${folder}${name}`, text);
