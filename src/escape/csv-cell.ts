/**
 * Spreadsheets run a text that begins like a formula; a quote before it makes it a text again. A text that begins with quotes and then
 * like a formula gets one more, so that taking away the first quote of such a cell gives the text back.
 */
export function csvCell(text: string): string {
  return /^'*[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
}
