// One live connection for the page. Streams start again by themselves after a break, each from the last position that it saw.
import { HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

export class Live {
  #connection = new HubConnectionBuilder().withUrl('/live').configureLogging(LogLevel.None)
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: ({ previousRetryCount }) => Live.#wait(previousRetryCount) }).build();
  #streams = [];
  #state;

  constructor(state) {
    this.#state = state;
    this.#connection.onreconnecting(() => this.#show(false));
    this.#connection.onreconnected(() => this.#restart());
    // A browser that goes to another page says so at once, so that the server need not find out.
    window.addEventListener('pagehide', () => { void this.#connection.stop(); });
    window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  }

  /** `request` makes the arguments anew each time, so that they carry the last position. */
  stream(method, request, next) {
    this.#streams.push({ method, request, next });
  }

  async start(attempt = 0) {
    try {
      await this.#connection.start();
      this.#restart();
    } catch {
      this.#show(false);
      setTimeout(() => { void this.start(attempt + 1); }, Live.#wait(attempt));
    }
  }

  #restart() {
    this.#show(true);
    for (const stream of this.#streams) this.#open(stream);
  }

  #open(stream) {
    this.#connection.stream(stream.method, ...stream.request()).subscribe({
      next: stream.next,
      // A resync ends the stream; `next` has loaded the page's state again by then, and named where to go on.
      complete: () => { if (this.#connection.state === HubConnectionState.Connected) setTimeout(() => this.#open(stream), FIRST_RETRY_MS); },
      error: () => { if (this.#connection.state === HubConnectionState.Connected) setTimeout(() => this.#open(stream), LONGEST_RETRY_MS); },
    });
  }

  #show(connected) {
    if (!this.#state) return;
    this.#state.hidden = false;
    this.#state.textContent = connected ? 'Live' : 'Not live at the moment';
    this.#state.classList.toggle('desk-live--lost', !connected);
  }

  static #wait(attempt) {
    // Browsers that lost one server don't all come back in the same instant.
    return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
  }
}

export async function fragment(address) {
  const response = await fetch(address, { headers: { accept: 'text/html' }, redirect: 'error' });
  if (!response.ok) throw new Error(`The page answered ${response.status}.`);
  const holder = document.createElement('template');
  holder.innerHTML = await response.text();
  return holder.content;
}
