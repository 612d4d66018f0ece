// Marks windows as gone or back while the list is looked at. Focus stays where it is; what changed is said politely.
import { Live, fragment } from './live.js';

const slotOf = (list, key) => list.querySelector(`[data-slot="${CSS.escape(key)}"]`);

function markGone(slot, text) {
  const choice = slot.querySelector('.desk-slot__choice');
  if (!choice || choice.getAttribute('aria-disabled') === 'true') return false;
  choice.setAttribute('aria-disabled', 'true');
  const reason = document.createElement('span');
  reason.className = 'desk-slot__reason';
  reason.textContent = text;
  choice.append(reason);
  return true;
}

/** Exchanges the days named for what the server says now; a button that has the focus keeps it. */
async function refresh(list, address, days) {
  const fresh = await fragment(address);
  const focused = document.activeElement?.id;
  for (const day of days) {
    const [old, now] = [list, fresh].map((root) => root.querySelector(`[data-day="${CSS.escape(day)}"]`));
    if (old && now) old.replaceWith(now);
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

const nameOf = (slot) => [slot.closest('[data-day]').querySelector('.desk-day__name'), slot.querySelector('.desk-slot__range')]
  .map((part) => part?.textContent.trim() ?? '').join(', ');

const countOf = (list) => {
  const count = list.querySelectorAll('.desk-slot__choice:not([aria-disabled="true"])').length;
  return `${count || 'No'} ${count === 1 ? 'window' : 'windows'}`;
};

export function followWindows(form) {
  const list = form.querySelector('[data-desk="days"]');
  const announce = document.querySelector('[data-desk="announce"]');
  const free = document.querySelector('[data-desk="free"]');
  const { contract, property, lines, from, days, job, part } = form.dataset;
  const isShown = (slot) => {
    const choice = slot?.querySelector('.desk-slot__choice');
    return Boolean(choice) && choice.getAttribute('aria-disabled') !== 'true';
  };

  const apply = async (windows) => {
    const said = [];
    const back = [];
    for (const window of windows) {
      const key = `${window.day}/${window.window}`;
      const slot = slotOf(list, key);
      if (!window.available && isShown(slot) && markGone(slot, window.text ?? 'Just taken.')) said.push(`Gone: ${nameOf(slot)}.`);
      if (window.available && !isShown(slot)) back.push(window);
    }
    if (back.length > 0) {
      await refresh(list, part, new Set(back.map((window) => window.day)));
      for (const window of back) {
        const slot = slotOf(list, `${window.day}/${window.window}`);
        slot?.classList.add('desk-slot--fresh');
        if (isShown(slot)) said.push(`Free again: ${nameOf(slot)}.`);
      }
    }
    if (said.length > 0 && free) free.textContent = countOf(list);
    // A long list of changes would be read out for minutes.
    if (said.length > 0) announce.textContent = said.length <= 3 ? said.join(' ') : `${said.length} windows have changed.`;
  };

  form.addEventListener('submit', (event) => {
    if (event.submitter?.getAttribute('aria-disabled') === 'true') event.preventDefault();
  });

  let applying = Promise.resolve();
  const live = new Live(document.querySelector('[data-desk="live-state"]'));
  live.stream(
    'Watch',
    () => [{ contract: Number(contract), property: Number(property), lines: lines.split(' '), from, days: Number(days), job: job || null }],
    (message) => {
      if (message.type === 'windows') applying = applying.then(() => apply(message.windows)).catch(() => {});
    },
  );
  void live.start();
}
