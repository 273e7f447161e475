// fetcher.mjs -- a vendor's server that nobody can call, and that fetches what it is owed.
import { until } from './wait.mjs';

export class Fetcher {
  constructor(vendor, consumer) {
    this.vendor = vendor;
    this.consumer = consumer;
    this.got = [];
  }

  async page(query = '') {
    const whose = this.consumer ? `consumer=${this.consumer}&` : '';
    return (await this.vendor.get(this.vendor.path(`outbox?${whose}${query}`))).is(200);
  }

  acks(page, more = {}) {
    const body = { upTo: page.next, ...(this.consumer && { consumer: this.consumer }), ...more };
    return this.vendor.post(this.vendor.path('outbox/ack'), body);
  }

  // Fetches a page and acknowledges it.
  async takes(query = 'wait=10') {
    const page = await this.page(query);
    this.got.push(...page.items);
    (await this.acks(page)).is(204);
    return page.items;
  }

  // Fetches until this comes: its CloudEvent.
  async receives(type, fits = () => true) {
    const isIt = (event) => event.type === `piot.v1.${type}` && fits(event.data);
    return until(`${type} is fetched`, async () => {
      await this.takes('wait=5');
      return this.got.find(isIt);
    });
  }
}
