// Narrows the list of repairs while somebody types, and counts what is chosen. What is chosen is never hidden.
export function narrowRepairs(form) {
  const input = form.querySelector('[data-desk="filter"]');
  const chosen = form.querySelector('[data-desk="chosen"]');
  const count = form.querySelector('[data-desk="filter-count"]');
  const repairs = [...form.querySelectorAll('[data-desk="repair"]')].map((element) => ({
    element,
    box: element.querySelector('input'),
    words: element.dataset.words.toLowerCase(),
  }));
  const groups = [...form.querySelectorAll('[data-desk="repair-group"]')];
  let announcing;

  const narrow = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, box, words: text } of repairs) {
      const matches = words.every((word) => text.includes(word));
      element.hidden = !matches && !box.checked;
      if (matches) shown += 1;
    }
    for (const group of groups) group.hidden = !group.querySelector('[data-desk="repair"]:not([hidden])');
    clearTimeout(announcing);
    announcing = setTimeout(() => { count.textContent = `${shown} repair${shown === 1 ? '' : 's'} shown`; }, 600);
  };
  const countChosen = () => {
    const boxes = form.querySelectorAll('input[name="lines"]:checked').length;
    chosen.textContent = boxes === 0 ? 'Nothing chosen yet' : `${boxes} chosen`;
  };

  input.addEventListener('input', narrow);
  // Enter in the search box narrows the list; it does not go on.
  input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
  form.querySelector('[data-desk="filter-button"]').hidden = true;
  form.addEventListener('change', countChosen);
  form.addEventListener('submit', () => { input.disabled = true; });
  window.addEventListener('pageshow', () => { input.disabled = false; countChosen(); });
}
