// stream.mjs -- an app's live events, as `eventsource` hands them out.
import { EventSource } from '../peers/packages.mjs';
import { until } from './wait.mjs';

export class Stream {
  // `fetch` may be replaced, for tests that come between client and server.
  constructor(url, token, { fetch: fetching = fetch } = {}) {
    this.events = []; // CloudEvents, with the id each came under
    this.resets = 0;
    this.opened = 0;
    const own = token ? { Authorization: `Bearer ${token}` } : {}; // none: by a ticket
    this.source = new EventSource(url, {
      fetch: (input, init) =>
        fetching(input, { ...init, headers: { ...init.headers, ...own } }),
    });
    this.source.onopen = () => (this.opened += 1);
    this.source.onmessage = ({ data, lastEventId }) =>
      this.events.push({ ...JSON.parse(data), lastEventId });
    this.source.addEventListener('reset', () => (this.resets += 1));
  }

  isOpen(times = 1) {
    return until(`the stream is open for the ${times}. time`, () => this.opened >= times);
  }

  sees(type, fits = () => true) {
    return until(`the app's stream tells ${type}`, () =>
      this.events.find((event) => event.type === `piot.v1.${type}` && fits(event.data)),
    );
  }

  close() {
    this.source.close();
  }
}
