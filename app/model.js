// model.js -- from what a device's model says to what a person reads and moves. It knows no kind
// of device by name beside the icon: whatever a model describes can be used.

import { h } from './ui.js';
import { language, quantity, t, unitOf } from './text.js';

const icons = {
    lamp: 'light',
    light: 'light',
    switch: 'switch',
    plug: 'switch',
    socket: 'switch',
    cover: 'cover',
    blind: 'cover',
    shutter: 'cover',
    lock: 'lock',
    door: 'lock',
    thermostat: 'climate',
    climate: 'climate',
    heater: 'climate',
    sensor: 'sensor',
    camera: 'camera',
};
export const iconOf = category => icons[category] ?? 'device';

// "Battery 87 %"
export const named = (value, schema, name) =>
    `${titleOf(schema, name)} ${valueWords(value, schema)}`;

export const titleOf = (part, name) => part?.titles?.[language] ?? part?.title ?? name;

// -- words ----------------------------------------------------------------------------------------

function wordOfEnum(value, schema) {
    const choice = (schema.oneOf ?? []).find(one => one.const === value);
    return choice ? titleOf(choice, String(value)) : String(value);
}

// A value as people say it.
export function valueWords(value, schema = {}) {
    if (value === undefined || value === null) return t('unknown');
    if (schema.oneOf || schema.enum) return wordOfEnum(value, schema);
    if (typeof value === 'boolean') return t(value ? 'on' : 'off');
    if (typeof value === 'number') return quantity(value, schema);
    if (Array.isArray(value))
        return value.length
            ? value.map(item => valueWords(item, schema.items)).join('; ')
            : t('none');
    if (typeof value === 'object')
        return Object.entries(value)
            .map(([name, part]) => named(part, schema.properties?.[name], name))
            .join(', ');
    return String(value);
}

const isSwitch = schema => schema?.type === 'boolean' && !schema.readOnly;
const choices = schema => schema?.enum || schema?.oneOf;

// The one control that matters most, or nothing: [name, schema].
export function mainSwitch(thing) {
    const all = Object.entries(thing?.properties ?? {}).filter(([, schema]) => isSwitch(schema));
    return all.find(([name]) => name === 'on') ?? all[0];
}

// A level of what is switched says more than what it draws; a battery says least.
function weight(name, schema, main) {
    if (name === main) return -1;
    if (schema.unit === 'percent') return schema.readOnly ? 9 : main ? 0 : 4;
    if (schema.type === 'boolean') return 2;
    if (choices(schema)) return 5;
    if (schema.type === 'object' || schema.type === 'array') return 8;
    return schema.readOnly ? 1 : 3;
}

// All properties as [name, schema], what matters most first; models say nothing of an order.
export function propertiesOf(thing) {
    const main = mainSwitch(thing)?.[0];
    return Object.entries(thing?.properties ?? {}).sort(
        ([a, one], [b, other]) =>
            weight(a, one, main) - weight(b, other, main) || a.localeCompare(b),
    );
}

const SHORT = ['number', 'integer', 'string', 'boolean'];

function readings(device, thing) {
    const main = mainSwitch(thing)?.[0];
    return propertiesOf(thing).filter(
        ([name, schema]) =>
            name !== main &&
            !schema.writeOnly &&
            device.properties[name] &&
            SHORT.includes(schema.type),
    );
}

function readingWords(value, schema, name) {
    if (typeof value === 'boolean' && !choices(schema))
        return value ? titleOf(schema, name) : t('not-so', { what: titleOf(schema, name) });
    return valueWords(value, schema);
}

// What a tile says of the device: what it is, and what that is beside: ["20.2 °C", "Wanted 22 °C"].
export function stateWords(device, thing) {
    const main = mainSwitch(thing),
        is = main && device.properties[main[0]];
    const others = readings(device, thing);
    const words = is ? [t(is.value ? 'on' : 'off')] : [];
    const level = is && others[0]?.[1].unit === 'percent' && others.shift();
    if (level) words.push(valueWords(device.properties[level[0]].value, level[1]));
    const first = !is && others.shift();
    if (first) words.push(readingWords(device.properties[first[0]].value, first[1], first[0]));
    const next = others[0],
        beside =
            next && typeof device.properties[next[0]].value !== 'boolean'
                ? named(device.properties[next[0]].value, next[1], next[0])
                : next && readingWords(device.properties[next[0]].value, next[1], next[0]);
    return [
        words.join(', ') || t(Object.keys(device.properties).length ? 'unknown' : 'no-value-yet'),
        level ? null : beside,
    ];
}

export const isOn = (device, thing) => {
    const main = mainSwitch(thing);
    return Boolean(main && device.properties[main[0]]?.value === true);
};

// -- editing --------------------------------------------------------------------------------------

// What a form begins with, where nothing is known.
export function blank(schema = {}) {
    if (schema.default !== undefined) return schema.default;
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return schema.enum[0];
    if (schema.oneOf) return schema.oneOf[0]?.const;
    switch (schema.type) {
        case 'boolean':
            return false;
        case 'integer':
        case 'number':
            return schema.minimum ?? 0;
        case 'array':
            return Array.from({ length: schema.minItems ?? 0 }, () => blank(schema.items));
        case 'object':
            return Object.fromEntries(
                (schema.required ?? Object.keys(schema.properties ?? {})).map(name => [
                    name,
                    blank(schema.properties?.[name]),
                ]),
            );
        default:
            return '';
    }
}

// A value that is set at once when it is moved; others are put together and then set.
export const isQuick = schema =>
    schema?.type === 'boolean' ||
    Boolean(choices(schema)) ||
    (['number', 'integer'].includes(schema?.type) &&
        schema.minimum !== undefined &&
        schema.maximum !== undefined);

const stepOf = schema =>
    schema.multipleOf ??
    (schema.type === 'integer' ? 1 : schema.maximum - schema.minimum > 20 ? 0.5 : 0.1);

function choose(value, schema, id, change) {
    const all = schema.oneOf
        ? schema.oneOf.map(one => [one.const, titleOf(one, String(one.const))])
        : schema.enum.map(one => [one, String(one)]);
    return h(
        'select',
        { id, onchange: event => change(all[event.target.selectedIndex][0]) },
        value === undefined && h('option', { selected: true, disabled: true }, t('unknown')),
        all.map(([one, words]) => h('option', { key: words, selected: one === value }, words)),
    );
}

function slide(value, schema, id, change, label) {
    const { minimum: min, maximum: max } = schema,
        step = stepOf(schema);
    const moved = event => change(Number(event.target.value));
    return h(
        'span',
        { class: 'slide' },
        h('input', {
            type: 'range',
            min,
            max,
            step,
            value: value ?? min,
            'aria-label': label,
            'aria-valuetext': value === undefined ? t('unknown') : quantity(value, schema),
            onchange: moved,
        }),
        h('input', {
            type: 'number',
            id,
            min,
            max,
            step,
            value: value ?? '',
            inputmode: 'decimal',
            onchange: event =>
                event.target.reportValidity() && event.target.value !== '' && moved(event),
        }),
        h('span', { class: 'unit' }, unitOf(schema)),
    );
}

function list(value, schema, id, change) {
    const items = value ?? [];
    const at = (i, item) => items.map((old, n) => (n === i ? item : old));
    return h(
        'div',
        { class: 'list' },
        items.map((item, i) =>
            h(
                'div',
                { class: 'entry', key: `i${i}` },
                editor(
                    item,
                    schema.items ?? {},
                    `${id}-${i}`,
                    changed => change(at(i, changed)),
                    t('entry', { n: i + 1 }),
                ),
                h(
                    'button',
                    { type: 'button', onclick: () => change(items.filter((_, n) => n !== i)) },
                    t('remove-entry', { n: i + 1 }),
                ),
            ),
        ),
        (schema.maxItems === undefined || items.length < schema.maxItems) &&
            h(
                'button',
                { type: 'button', onclick: () => change([...items, blank(schema.items)]) },
                t('add-entry'),
            ),
    );
}

function parts(value, schema, id, change) {
    const held = value ?? {};
    return Object.entries(schema.properties ?? {}).map(([name, part]) => {
        const label = titleOf(part, name),
            needed = schema.required?.includes(name);
        return h(
            'div',
            { class: 'field', key: name },
            h('label', { for: `${id}-${name}` }, needed ? label : t('optional', { what: label })),
            editor(
                held[name],
                part,
                `${id}-${name}`,
                changed => change({ ...held, [name]: changed }),
                label,
            ),
        );
    });
}

function anything(value, id, change) {
    return h('textarea', {
        id,
        rows: 3,
        spellcheck: 'false',
        value: value === undefined ? '' : JSON.stringify(value),
        onchange: event => {
            try {
                change(JSON.parse(event.target.value));
                event.target.setCustomValidity('');
            } catch {
                event.target.setCustomValidity(t('not-json'));
                event.target.reportValidity();
            }
        },
    });
}

// What a value is changed with. `change` hears each new value; `id` is for its label.
export function editor(value, schema, id, change, label) {
    if (schema.const !== undefined) return h('output', { id }, valueWords(schema.const, schema));
    if (schema.enum || schema.oneOf?.every(one => 'const' in one))
        return choose(value, schema, id, change);
    switch (schema.type) {
        case 'boolean':
            return h('input', {
                type: 'checkbox',
                role: 'switch',
                id,
                checked: value === true,
                onchange: event => change(event.target.checked),
            });
        case 'integer':
        case 'number':
            if (isQuick(schema)) return slide(value, schema, id, change, label);
            return h(
                'span',
                { class: 'slide' },
                h('input', {
                    type: 'number',
                    id,
                    value: value ?? '',
                    min: schema.minimum,
                    max: schema.maximum,
                    step: schema.multipleOf ?? (schema.type === 'integer' ? 1 : 'any'),
                    onchange: event =>
                        event.target.reportValidity() && change(Number(event.target.value)),
                }),
                h('span', { class: 'unit' }, unitOf(schema)),
            );
        case 'string':
            return h('input', {
                type: 'text',
                id,
                value: value ?? '',
                maxlength: schema.maxLength,
                minlength: schema.minLength,
                onchange: event => change(event.target.value),
            });
        case 'array':
            return list(value, schema, id, change);
        case 'object':
            if (schema.properties)
                return h(
                    'fieldset',
                    { id },
                    h('legend', {}, label),
                    parts(value, schema, id, change),
                );
            return anything(value, id, change);
        default:
            return anything(value, id, change);
    }
}
