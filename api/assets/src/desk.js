// The desk works without this script. With it: a countdown, a list that narrows while you type, and pages that stay up to date.
import { Button, ErrorSummary, SkipLink } from 'govuk-frontend';
import { countDown } from './countdown.js';
import { narrowRepairs } from './repairs.js';
import { followWindows } from './windows.js';
import { followBoard } from './board.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');

const start = (Component, name, options) => {
  for (const element of document.querySelectorAll(`[data-module="${name}"]`)) new Component(element, options);
};
start(Button, 'govuk-button');
start(ErrorSummary, 'govuk-error-summary');
start(SkipLink, 'govuk-skip-link');

const on = (name, begin) => {
  const element = document.querySelector(`[data-desk="${name}"]`);
  if (element) begin(element);
};
on('hold', countDown);
on('repairs', narrowRepairs);
on('windows', followWindows);
on('board', followBoard);

// A page that the browser kept while somebody went on shows what was true then: steps back show what is true now.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});
