// sign.mjs -- a device that shows, says and hears texts: whatever a story wants to find again.
export const signModel = {
  '@context': 'https://www.w3.org/2022/wot/td/v1.1',
  '@type': 'tm:ThingModel',
  title: 'Sign',
  version: { model: '1.0.0' },
  properties: { text: { type: 'string' } },
  actions: { say: { input: { type: 'string' }, output: { type: 'string' } } },
  events: { heard: { data: { type: 'string' } } },
};
