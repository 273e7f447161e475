// timeline.js -- what happened, in words: who did what, and when.

import { h, rows } from './ui.js';
import { knows, t, when } from './text.js';
import { named, titleOf, valueWords } from './model.js';
import { seen } from './store.js';

function whoOf(event) {
    if (event.actorkind === 'subscriber')
        return t(event.actorid === seen.me?.accountId ? 'by.you' : 'by.somebody');
    if (event.actorkind === 'vendor')
        return (
            [...seen.devices.values()].find(device => device.vendor.vendorId === event.actorid)
                ?.vendor.name ?? t('by.vendor')
        );
    if (event.actorkind === 'operator') return t('by.operator');
    return null;
}

// Values as the model calls them.
const values = (properties, thing) =>
    Object.entries(properties ?? {})
        .map(([name, value]) => named(value, thing?.properties?.[name], name))
        .join(', ');

function sentence(kind, data, thing) {
    const part =
        thing?.properties?.[data.name] ?? thing?.actions?.[data.name] ?? thing?.events?.[data.name];
    const why = data.errorMessage ?? data.errorCode ?? data.cause;
    const named = {
        what: titleOf(part, data.name),
        value: data.input === undefined ? '' : valueWords(data.input, part),
        values: values(data.properties, thing),
        name: data.name,
        room: data.room,
        why: why ? `: ${why}` : '',
    };
    if (kind === 'command-requested')
        return t(
            data.operation === 'invokeAction' ? 'event.action-requested' : 'event.value-requested',
            named,
        );
    if (kind === 'device-connectivity-changed')
        return t(data.online ? 'event.online' : 'event.offline', named);
    if (kind === 'device-placed' && !data.room) return t('event.device-unplaced');
    return knows(`event.${kind}`) ? t(`event.${kind}`, named) : null;
}

function row(event, thing) {
    const words = sentence(event.type.replace(/^.*\.v1\./, ''), event.data, thing);
    if (!words) return null;
    const who = whoOf(event);
    return h(
        'li',
        { key: event.id },
        h('span', {}, who && [h('bdi', { class: 'strong' }, who), ': '], words),
        when(event.time),
    );
}

// Of `events`; null: they are on their way.
export const timeline = (events, thing) =>
    rows(
        events && events.map(event => row(event, thing)).filter(Boolean),
        one => one,
        t('nothing-yet'),
    );
