import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { PUBLISHED_SCHEMAS } from './schemas.js';

// A step of the build: writes the JSON Schemas that are published with the package, from the schemas that the code uses.

const folder = fileURLToPath(new URL('../../schema/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const { name, source, io } of PUBLISHED_SCHEMAS) {
  const schema = z.toJSONSchema(source, { io });
  writeFileSync(`${folder}${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
