// ui.js -- drawing. A screen describes what is to be seen; draw() makes it so and touches only what
// differs, so focus, text that is being typed and what a screen reader reads stay.

const SVG = 'http://www.w3.org/2000/svg';

// h('button', { class: 'yes', onclick: add }, 'Add'): an element to be. `key` tells one of several
// from the others when their order changes. Children that are nothing, false or true are left out.
export function h(tag, props, ...children) {
    return {
        tag,
        props: props || {},
        children: children
            .flat(Infinity)
            .filter(child => child != null && typeof child !== 'boolean'),
    };
}

function set(node, name, value, before) {
    if (name === 'key') return;
    if (name.startsWith('on')) node[name.toLowerCase()] = value || null;
    else if (name === 'checked')
        node.checked = Boolean(value); // the user has moved it meanwhile
    else if (value === before) return;
    else if (name === 'value') node.value = value ?? '';
    else if (value == null || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? '' : value);
}

function update(node, wanted) {
    const before = node.drawn.props;
    for (const name in before) if (!(name in wanted.props)) set(node, name, null, before[name]);
    draw(node, wanted.children);
    for (const name in wanted.props) set(node, name, wanted.props[name], before[name]);
    node.drawn = wanted;
    return node;
}

function make(parent, wanted) {
    if (typeof wanted !== 'object') return document.createTextNode(wanted);
    const svg = wanted.tag === 'svg' || parent.namespaceURI === SVG;
    const node = svg
        ? document.createElementNS(SVG, wanted.tag)
        : document.createElement(wanted.tag);
    node.drawn = h(wanted.tag);
    return update(node, wanted);
}

const keyOf = node => node?.drawn?.props.key;

// Can this node become that?
function fits(node, wanted) {
    if (typeof wanted !== 'object') return node?.nodeType === Node.TEXT_NODE;
    return node?.drawn?.tag === wanted.tag && keyOf(node) === wanted.props.key;
}

// Makes the children of `parent` what is wanted.
export function draw(parent, children) {
    const keyed = new Map();
    for (const node of parent.childNodes) if (keyOf(node) != null) keyed.set(keyOf(node), node);
    const stay = new Set(children.map(child => child.props?.key).filter(key => key != null));
    let next = parent.firstChild;

    for (const wanted of children) {
        while (keyOf(next) != null && !stay.has(keyOf(next))) {
            const gone = next;
            next = next.nextSibling;
            gone.remove();
        }
        const known = keyed.get(wanted.props?.key);
        const node =
            known && fits(known, wanted) ? known : fits(next, wanted) ? next : make(parent, wanted);
        if (node === next) next = next.nextSibling;
        else parent.insertBefore(node, next);
        if (node.nodeType === Node.TEXT_NODE) {
            if (node.data !== String(wanted)) node.data = wanted;
        } else if (node.drawn !== wanted) {
            update(node, wanted);
        }
    }
    while (next) {
        const gone = next;
        next = next.nextSibling;
        gone.remove();
    }
}

const sprite = new URL('icons.svg', import.meta.url).pathname;
export const icon = (name, kind = 'icon') =>
    h('svg', { class: kind, 'aria-hidden': 'true' }, h('use', { href: `${sprite}#${name}` }));

// -- redrawing ----------------------------------------------------------------------------------

let screen = null,
    due = false;

function redrawNow() {
    due = false;
    screen?.();
}

// What draws the whole page; from then on redraw() calls it, once for however many changes.
export function showScreen(drawing) {
    screen = drawing;
    redrawNow();
}
export function redraw() {
    if (due) return;
    due = true;
    queueMicrotask(redrawNow);
}

// -- saying ---------------------------------------------------------------------------------------

let said = '',
    failed = '',
    saidTimer;

// For everybody to see and hear, and gone by itself; failures stay until something else is said.
export function say(sentence) {
    [said, failed] = [sentence, ''];
    clearTimeout(saidTimer);
    saidTimer = setTimeout(() => {
        said = '';
        redraw();
    }, 6000);
    redraw();
}
export function complain(sentence) {
    [said, failed] = ['', sentence];
    redraw();
}
export const hush = () => {
    if (failed) complain('');
};

export const sayings = dismiss => [
    h('div', { class: 'saying', role: 'status', key: 'said' }, said && h('p', {}, said)),
    h(
        'div',
        { class: 'saying bad', role: 'alert', key: 'failed' },
        failed && [h('p', {}, failed), h('button', { onclick: hush }, dismiss)],
    ),
];

// -- doing ----------------------------------------------------------------------------------------

// Does it, and says how it went; true: well.
export async function attempt(what, words) {
    try {
        await what();
        if (words) say(words);
        return true;
    } catch (trouble) {
        complain(trouble.words ?? String(trouble));
        return false;
    } finally {
        redraw();
    }
}

// What a screen has to ask for: null until it came, an empty list if it did not.
export async function learn(into, name, what) {
    const learnt = async () => {
        into[name] = await what();
    };
    if (!(await attempt(learnt))) into[name] ??= [];
}

// -- what screens are made of ---------------------------------------------------------------------

export const card = (key, title, ...content) =>
    h(
        'section',
        { class: 'card', key, 'aria-labelledby': `h-${key}` },
        h('h2', { id: `h-${key}` }, title),
        content,
    );

// What a row of a list is about, and in small letters what there is to say of it.
export const twoLines = (what, ...words) =>
    h(
        'span',
        { class: 'lines' },
        h('span', {}, what),
        h(
            'span',
            { class: 'small' },
            words.filter(Boolean).map((part, i) => [i > 0 && ' · ', part]),
        ),
    );

// A list; `none` is said of an empty one, and of null that it is on its way.
export function rows(items, row, none) {
    if (items === null) return waiting();
    if (!items.length) return none && h('p', { class: 'small' }, none);
    return h('ul', { class: 'rows' }, items.map(row));
}

// One of several, each as [value, words].
export const tabs = (label, choices, chosen, choose) =>
    h(
        'div',
        { class: 'tabs', role: 'group', 'aria-label': label },
        choices.map(([value, words]) =>
            h(
                'button',
                {
                    key: value,
                    'aria-pressed': String(value === chosen),
                    onclick: () => choose(value),
                },
                words,
            ),
        ),
    );

const labelled = (name, label, control) =>
    h('div', { class: 'field', key: name }, h('label', { for: name }, label), control);

export const field = (name, label, attributes) =>
    labelled(name, label, h('input', { id: name, name, ...attributes }));

export const choice = (name, label, choices, chosen, attributes) =>
    labelled(
        name,
        label,
        h(
            'select',
            { id: name, name, ...attributes },
            choices.map(([value, words]) =>
                h('option', { key: value, value, selected: value === chosen }, words),
            ),
        ),
    );

// For password managers: whose password it is that the form asks for.
export const loginOf = value =>
    h('input', {
        class: 'unseen',
        type: 'text',
        autocomplete: 'username',
        value,
        'aria-hidden': 'true',
        tabindex: '-1',
        readonly: true,
    });

export const waiting = () => h('div', { class: 'shape', 'aria-busy': 'true' });
