// text.js -- what is said, in the person's language; and numbers and times as people write them.
//
// All sentences are in en.json and de.json, by name. What comes from elsewhere (a vendor's name, a
// device's) is set apart by U+2068 and U+2069, so that it cannot turn the sentence round it.

import { h } from './ui.js';

export const languages = { en: 'English', de: 'Deutsch' };

let words = {};
export let language = 'en';

const theirs = () => navigator.languages.map(tag => tag.split('-')[0]).find(tag => languages[tag]);

// Loads the words of a language; of none: the browser's.
export async function speak(wanted) {
    const choice = languages[wanted] ? wanted : (theirs() ?? 'en');
    if (choice === language && words.home) return;
    const answer = await fetch(new URL(`${choice}.json`, import.meta.url));
    if (!answer.ok) throw new Error(`no words: ${answer.status}`);
    words = await answer.json();
    language = choice;
    document.documentElement.lang = choice;
}

const isolated = value => (typeof value === 'string' ? `\u2068${value}\u2069` : String(value));

// A sentence; `values` stand where it has {name}. With `n` there may be one of its own for 1.
export function t(name, values = {}) {
    const sentence = (values.n === 1 && words[`${name}.one`]) || words[name] || name;
    return sentence.replace(/\{(\w+)\}/g, (_, key) => isolated(values[key] ?? ''));
}
export const knows = name => name in words;

// As they are written where the person is, if that is a place of this language.
const region = () => navigator.languages.find(tag => tag.split('-')[0] === language) ?? language;

// -- numbers --------------------------------------------------------------------------------------

const units = {
    celsius: '°C',
    fahrenheit: '°F',
    percent: '%',
    watt: 'W',
    kilowatt: 'kW',
    kilowattHour: 'kWh',
    kelvin: 'K',
    second: 's',
    minute: 'min',
    hour: 'h',
    lux: 'lx',
    volt: 'V',
    ampere: 'A',
    hectopascal: 'hPa',
    pascal: 'Pa',
    decibel: 'dB',
    meter: 'm',
    centimeter: 'cm',
    liter: 'l',
    degree: '°',
    ppm: 'ppm',
    hertz: 'Hz',
    byte: 'B',
};
export const unitOf = schema => (schema?.unit ? (units[schema.unit] ?? schema.unit) : '');

export const number = (value, digits = 2) =>
    new Intl.NumberFormat(region(), { maximumFractionDigits: digits }).format(value);

export function quantity(value, schema) {
    const unit = unitOf(schema);
    return unit ? `${number(value)}\u202f${unit}` : number(value);
}

// -- times ----------------------------------------------------------------------------------------

const steps = [
    [60, 'minute'],
    [24, 'hour'],
    [30, 'day'],
    [12, 'month'],
    [1e9, 'year'],
];

// "2 min. ago"
export function ago(instant) {
    let amount = (Date.parse(instant) - Date.now()) / 60000;
    if (Math.abs(amount) < 1) return t('just-now');
    for (const [many, unit] of steps) {
        if (Math.abs(amount) < many)
            return new Intl.RelativeTimeFormat(region(), {
                style: 'short',
                numeric: 'auto',
            }).format(Math.round(amount), unit);
        amount /= many;
    }
    return '';
}

const asTime = options => instant => new Date(instant).toLocaleString(region(), options);
export const exactly = asTime({ dateStyle: 'medium', timeStyle: 'medium' });
export const dateTime = asTime({ dateStyle: 'medium', timeStyle: 'short' });
export const dayTime = asTime({ weekday: 'short', hour: '2-digit', minute: '2-digit' });
export const clockTime = asTime({ hour: '2-digit', minute: '2-digit' });
export const day = asTime({ dateStyle: 'medium' });

// A time as it is shown: relative, with the exact one at hand.
export const when = instant =>
    h('time', { datetime: instant, title: exactly(instant) }, ago(instant));
