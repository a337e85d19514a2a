export interface TableRow {
  readonly name: string;
  readonly exit: number;
  /** Without paths of this machine. */
  readonly message: string;
}

const CELL_LENGTH = 300;

const PREAMBLE = `# Hostile input

What the program answers to each input of the corpus in this folder. The test writes this table (\`vitest run -u\`) and
compares it with what the program says; \`…\` stands for the folder of the case, and for
the rest of a long message.

| input | message | exit code |
| --- | --- | --- |
`;

/** The corpus and the answers to it as a Markdown document. */
export function hostileTable(rows: readonly TableRow[]): string {
  const cell = (text: string) =>
    (text.length > CELL_LENGTH ? `${text.slice(0, CELL_LENGTH)}…` : text)
      .replaceAll('\\', '\\\\')
      .replaceAll('|', '\\|');
  return (
    PREAMBLE +
    rows.map(({ name, message, exit }) => `| ${cell(name)} | ${cell(message)} | ${exit} |\n`).join('')
  );
}
