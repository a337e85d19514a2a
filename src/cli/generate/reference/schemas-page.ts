import { PUBLISHED_SCHEMAS } from '../schemas.js';
import { GENERATED, joinBlocks, makeTable, toCode } from './markdown.js';

const INTRODUCTION = `# Schemas

Every JSON document that ganeval writes or reads has a JSON Schema, which is published with the package. Import it as
\`ganeval/schema/result.schema.json\`, or name its file in \`$schema\`, so that an editor completes and checks what you write. A document
names its kind and version in \`schema\`, as \`ganeval/result@1\`; a change that an older reader would misread gets a new
number.`;

/** The reference of the published JSON Schemas, as Markdown. */
export function makeSchemasPage(): string {
  const rows = PUBLISHED_SCHEMAS.map(({ name, source, where }) => [
    toCode(`ganeval/schema/${name}.schema.json`),
    `${source.description}.`,
    where,
  ]);
  return joinBlocks([GENERATED, INTRODUCTION, makeTable(['schema', 'what a document is', 'where'], rows)]);
}
