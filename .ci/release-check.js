// Refuses to publish while addresses or dates of this project are placeholders, or its versions disagree.
// "npm run release:check" runs it, and npm before every publish (prepublishOnly).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands wherever the project's own address belongs: a reserved name (RFC 2606: it never resolves), and its owner. */
const PLACEHOLDERS = /example\.invalid|OWNER\/ganeval|URL_OF_GANEVAL/;
/** Where an address of the project may stand. */
const PLACES = ['package.json', 'CITATION.cff', 'SECURITY.md', 'CONTRIBUTING.md', 'README.md', 'action.yml'];
const FOLDERS = ['.github', 'docs', 'examples'];
const TEXT = /\.(md|yml|yaml|json|cff|ts)$/;

const root = process.argv[2] ?? '.';

function* filesToCheck() {
  yield* PLACES;
  for (const folder of FOLDERS) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && TEXT.test(entry.name)) yield path.slice(root === '.' ? 0 : root.length + 1);
    }
  }
}

function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

const problems = [];
for (const path of filesToCheck()) {
  const lines = read(path).split('\n');
  const found = lines.flatMap((line, index) => {
    const [placeholder] = PLACEHOLDERS.exec(line) ?? [];
    return placeholder === undefined ? [] : [{ placeholder, line: index + 1 }];
  });
  if (found.length > 0) {
    const places = found.map(({ line }) => line).join(', ');
    problems.push(
      `${path}: replace the placeholder ${found[0].placeholder} by the real address (line ${places})`,
    );
  }
}

const { version } = JSON.parse(read('package.json'));
const cited = /^version: ["']?([^"'\n]+)/m.exec(read('CITATION.cff'))?.[1];
if (cited !== version) problems.push(`CITATION.cff: has version ${cited}, and package.json has ${version}`);
if (
  !new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}$`, 'm').test(
    read('CHANGELOG.md'),
  )
) {
  problems.push(`CHANGELOG.md: has no heading "## [${version}] - YYYY-MM-DD" with the day of the release`);
}

if (problems.length > 0) {
  console.error(
    `ganeval ${version} must not be published yet:\n${problems.map((text) => `  ${text}`).join('\n')}`,
  );
  process.exitCode = 1;
} else {
  console.log(`ganeval ${version} may be published.`);
}
