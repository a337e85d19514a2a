/** The first line of the runtime's error message, without the position in its C++ source and without the period. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line] = message.trim().split('\n');
  return line
    .replace(/^.* was false\. (?=\S)/, '')
    .replace(/\S+\.(?:h|cc):\d+ \S+\(.*?\)(?: \[with .*?\])? (?=[A-Z'"])/, '')
    .replace(/\.\s*$/, '');
}
