/**
 * Turns the headings of tables into buttons that sort. Without this script every table is complete and
 * in the order of the result. Numbers are sorted as numbers; cells without one stay last.
 */
export const SORT_SCRIPT = `const toNumber = (text) => {
  const [, power = 0] = /\\)e(-?\\d+)/.exec(text) ?? [];
  return parseFloat(text.replaceAll(/[(,]/g, '').replace('\u2212', '-')) * 10 ** power;
};
for (const table of document.querySelectorAll('table[data-sortable]')) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const numeric = head.className === 'number';
      const usual = numeric ? 'descending' : 'ascending';
      const other = numeric ? 'ascending' : 'descending';
      const order = head.getAttribute('aria-sort') === usual ? other : usual;
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const keyed = [...body.rows].map((row) => {
        const text = row.cells[column].textContent.trim();
        return { row, key: numeric ? toNumber(text) : text };
      });
      const rank = ({ key }) => (Number.isNaN(key) ? 1 : 0);
      const compare = (a, b) => (numeric ? a.key - b.key : a.key.localeCompare(b.key));
      keyed.sort((a, b) => rank(a) - rank(b) || (rank(a) ? 0 : sign * compare(a, b)));
      body.append(...keyed.map(({ row }) => row));
    });
  });
}
`;
