// Brings an operative's row up to date when something changes in that diary on the day that is shown.
import { Live, fragment } from './live.js';

export function followBoard(board) {
  const { contractor, date } = board.dataset;
  const announce = document.querySelector('[data-desk="announce"]');
  const waiting = new Set();
  let position = board.dataset.position;
  let working = false;

  const touches = (diary) => diary.removed.length > 0 || diary.put.some((visit) => visit.day === date);

  const refresh = async () => {
    if (working) return;
    working = true;
    while (waiting.size > 0) {
      const [operative] = waiting;
      waiting.delete(operative);
      const row = board.querySelector(`[data-operative="${operative}"]`);
      if (!row) continue;
      try {
        const fresh = (await fragment(`/board?handler=Row&contractor=${contractor}&date=${date}&operative=${operative}`)).querySelector('[data-operative]');
        if (fresh.isEqualNode(row)) continue;
        const inside = row.contains(document.activeElement);
        row.replaceWith(fresh);
        fresh.classList.add('desk-row--fresh');
        // Somebody who was reading this row with the keyboard stays in it.
        if (inside) fresh.focus({ preventScroll: true });
        announce.textContent = `${fresh.querySelector('.desk-row__name').textContent} has changed.`;
      } catch {
        // The next change of this diary brings it.
      }
    }
    working = false;
  };

  const live = new Live(document.querySelector('[data-desk="live-state"]'));
  live.stream(
    'Subscribe',
    () => [{ kind: 'board', names: [contractor], after: position }],
    (message) => {
      position = message.position;
      if (message.type === 'resync') for (const row of board.querySelectorAll('[data-operative]')) waiting.add(row.dataset.operative);
      for (const diary of message.entry?.diaries ?? []) if (touches(diary)) waiting.add(String(diary.operative));
      void refresh();
    },
  );
  void live.start();
}
