// controls.js -- what a device can be made to do: its properties and actions, with what was wanted,
// what is being done and what is, each apart. A control never goes back by itself: it changes when
// the world says so.

import { card, h, redraw } from './ui.js';
import { t, when } from './text.js';
import { commandOf, isOpen, stoppedBy, want } from './store.js';
import { blank, editor, isQuick, propertiesOf, titleOf, valueWords } from './model.js';

let drafts = {}; // what is being put together, by the name of what it is for

export const leave = () => {
    drafts = {};
};

// -- what was asked, what is being done, what is --------------------------------------------------

const DONE_BADLY = ['failed', 'refused', 'expired', 'cancelled', 'superseded', 'timed-out'];

function progress(device, name, schema) {
    const command = commandOf(device, name);
    if (!command) return null;
    const wanted = command.operation === 'invokeAction' ? '' : valueWords(command.input, schema);
    if (isOpen(command))
        return h(
            'p',
            { class: 'progress waits', key: 'progress' },
            t(`command.${command.status}`, { value: wanted }),
            ' ',
            when(command.requestedAt),
        );
    if (command.status === 'succeeded' && !command.seenAt && command.operation === 'writeProperty')
        return h(
            'p',
            { class: 'progress waits', key: 'progress' },
            t('command.done-not-seen', { value: wanted }),
        );
    if (command.status === 'succeeded' && command.operation === 'invokeAction')
        return h('p', { class: 'progress', key: 'progress' }, t('command.done'));
    if (!DONE_BADLY.includes(command.status)) return null;
    const why = command.trouble?.words ?? command.error?.message ?? '';
    return h(
        'p',
        { class: 'progress bad', key: 'progress' },
        t(`command.${command.status}`),
        why && [' ', h('bdi', {}, why)],
    );
}

function shownValue(device, name) {
    const command = commandOf(device, name),
        is = device.properties[name]?.value;
    const waits = isOpen(command) || (command?.status === 'succeeded' && !command.seenAt);
    return waits && command.operation === 'writeProperty' ? command.input : is;
}

// -- properties and actions -----------------------------------------------------------------------

function isNow(device, name, schema) {
    const held = device.properties[name];
    if (schema.writeOnly) return null;
    return h(
        'p',
        { class: 'now', key: 'now' },
        h('bdi', { class: 'value' }, held ? valueWords(held.value, schema) : t('no-value-yet')),
        held && [' ', when(held.observedAt)],
    );
}

function slowEditor(device, name, schema) {
    const id = `p-${name}`,
        draft = drafts[name];
    const change = value => {
        drafts[name] = value;
        redraw();
    };
    const value = draft ?? shownValue(device, name) ?? blank(schema);
    const send = event => {
        event.preventDefault();
        if (!event.target.reportValidity()) return;
        delete drafts[name];
        want(device, 'writeProperty', name, value);
    };
    return h(
        'form',
        { onsubmit: send, key: 'edit' },
        editor(value, schema, id, change, titleOf(schema, name)),
        h(
            'div',
            { class: 'buttons' },
            (draft !== undefined || schema.writeOnly) && h('button', { class: 'main' }, t('set')),
            draft !== undefined &&
                h(
                    'button',
                    {
                        type: 'button',
                        onclick: () => {
                            delete drafts[name];
                            redraw();
                        },
                    },
                    t('leave'),
                ),
        ),
    );
}

function property(device, [name, schema]) {
    const id = `p-${name}`,
        title = titleOf(schema, name),
        readOnly = schema.readOnly;
    const quick = isQuick(schema);
    return h(
        'div',
        { class: `part${quick && !readOnly ? ' quick' : ''}`, key: name },
        h(
            quick && !readOnly ? 'label' : 'h3',
            quick && !readOnly ? { for: id, class: 'title' } : { class: 'title' },
            h('bdi', {}, title),
        ),
        isNow(device, name, schema),
        !readOnly &&
            (quick
                ? editor(
                      shownValue(device, name),
                      schema,
                      id,
                      value => want(device, 'writeProperty', name, value),
                      title,
                  )
                : slowEditor(device, name, schema)),
        progress(device, name, schema),
        schema.description && h('p', { class: 'small' }, schema.description),
    );
}

function action(device, [name, shape]) {
    const title = titleOf(shape, name),
        input = shape.input,
        key = `action ${name}`;
    const value = drafts[key] ?? (input ? blank(input) : undefined);
    const send = event => {
        event.preventDefault();
        if (event.target.reportValidity()) want(device, 'invokeAction', name, value);
    };
    return h(
        'form',
        { class: 'part', key, onsubmit: send },
        h('h3', { class: 'title' }, h('bdi', {}, title)),
        shape.description && h('p', { class: 'small' }, shape.description),
        input &&
            editor(
                value,
                input,
                `a-${name}`,
                changed => {
                    drafts[key] = changed;
                    redraw();
                },
                title,
            ),
        h('button', { disabled: isOpen(commandOf(device, name)) }, title),
        progress(device, name),
    );
}

export function controls(device, thing) {
    if (!thing)
        return h(
            'div',
            { class: 'shape', 'aria-busy': 'true', key: 'wait' },
            h('p', { class: 'unseen' }, t('loading')),
        );
    const all = propertiesOf(thing);
    const sets = all.filter(([, schema]) => !schema.readOnly),
        reads = all.filter(([, schema]) => schema.readOnly);
    const acts = Object.entries(thing.actions ?? {}),
        stopped = stoppedBy(device);
    const held = content =>
        h(
            'fieldset',
            { class: 'held', disabled: Boolean(stopped), 'aria-describedby': stopped && 'stopped' },
            content,
        );
    return [
        sets.length > 0 &&
            card('sets', t('controls'), held(sets.map(one => property(device, one)))),
        acts.length > 0 && card('acts', t('actions'), held(acts.map(one => action(device, one)))),
        reads.length > 0 &&
            card(
                'reads',
                t('readings'),
                reads.map(one => property(device, one)),
            ),
    ];
}
