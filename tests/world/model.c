#include "tests/world/model.h"

int vendor_of(int thing) { return thing % VENDORS; }

bool guarded(int thing) { return thing == 5; }

bool live(const struct prompt *q) { return q->state == GRANTED || q->state == EXPIRED; }

void model_begin(struct model *m, int64_t now)
{
    *m = (struct model){ .now = now, .asked = -1, .granted = -1 };
    for (int t = 0; t < THINGS; t++) {
        m->holder[t] = m->offered[t] = -1;
        for (int a = 0; a < ACCOUNTS; a++) m->refused[a][t] = -1;
    }
}

static bool network_there(const struct model *m, int account, struct id network)
{
    for (int p = 2 * account; p < 2 * account + 2; p++)
        if (id_given(network) && id_equal(m->network[p], network)) return true;
    return false;
}

static int open_questions(const struct model *m, int account, int vendor) /* -1: all */
{
    int count = 0;

    for (int t = 0; t < THINGS; t++)
        if (m->offered[t] >= 0 && m->questions[m->offered[t]].account == account)
            count += m->questions[m->offered[t]].state == REQUESTED &&
                     (vendor < 0 || vendor_of(t) == vendor);
    return count;
}

static int open_orders(const struct model *m, int question)
{
    int count = 0;

    for (int o = 0; o < m->order_count; o++)
        count += m->orders[o].question == question && m->orders[o].step != CONCLUDED;
    return count;
}

static void stop_waiting(struct model *m, int q, enum state state)
{
    m->questions[q].state             = state;
    m->offered[m->questions[q].thing] = -1;
}

static void cancel_orders(struct model *m, int question)
{
    for (int o = 0; o < m->order_count; o++)
        if (m->orders[o].question == question && m->orders[o].step == QUEUED) {
            m->orders[o].step      = CONCLUDED;
            m->orders[o].cancelled = true;
        }
}

static void end_grant(struct model *m, int q, enum state state)
{
    m->questions[q].state            = state;
    m->holder[m->questions[q].thing] = -1;
    cancel_orders(m, q);
}

static void begin_question(struct model *m, int thing, int place, uint64_t epoch)
{
    int account = place / 2;

    m->asked               = m->question_count++;
    m->offered[thing]      = m->asked;
    m->questions[m->asked] = (struct prompt){ .account = account,
                                              .thing   = thing,
                                              .place   = place,
                                              .epoch   = epoch,
                                              .network = network_there(m, account, m->bound[place])
                                                             ? m->bound[place]
                                                             : NO_ID,
                                              .lapses_at = m->now + 7 * DAY };
}

static void offer(struct model *m, int thing, int place, uint64_t epoch)
{
    int account = place / 2, vendor = vendor_of(thing);

    if ((int64_t)epoch <= m->refused[account][thing] || m->blocked[account][vendor] ||
        open_questions(m, account, -1) >= OPEN_MAX ||
        open_questions(m, account, vendor) >= OPEN_OF_VENDOR_MAX)
        return;
    begin_question(m, thing, place, epoch);
}

enum refusal model_detect(struct model *m, int thing, int place, uint64_t epoch)
{
    int held = m->holder[thing], waiting = m->offered[thing];

    m->asked = -1;
    if (m->suspended[vendor_of(thing)]) return REFUSED_vendor_not_approved;
    if (place < 0) return ACCEPTED;
    if (held >= 0 && epoch <= m->questions[held].epoch) return ACCEPTED;
    if (held < 0 && waiting >= 0 && epoch <= m->questions[waiting].epoch) return ACCEPTED;
    if (held >= 0) end_grant(m, held, REVOKED);
    else if (waiting >= 0)
        stop_waiting(m, waiting, m->questions[waiting].state == DENIED ? DENIED : LAPSED);
    offer(m, thing, place, epoch);
    return ACCEPTED;
}

enum refusal model_grant(struct model *m, int q, struct id network, int here, int64_t expires_at)
{
    struct prompt *it     = &m->questions[q];
    struct id      chosen = id_given(network) ? network : it->network;

    m->granted = -1;
    if (it->state != REQUESTED) return REFUSED_consent_already_decided;
    if (m->suspended[vendor_of(it->thing)]) return REFUSED_vendor_unavailable;
    if (!network_there(m, it->account, chosen))
        return id_given(network) ? REFUSED_network_unknown : REFUSED_network_required;
    if (expires_at && expires_at <= m->now) return REFUSED_already_expired;
    if (guarded(it->thing) && here != it->place) return REFUSED_same_network_required;
    stop_waiting(m, q, GRANTED);
    it->network          = chosen;
    it->expires_at       = expires_at;
    it->was_granted      = true;
    it->undo_until       = m->now + UNDO_FOR;
    m->holder[it->thing] = m->granted = q;
    return ACCEPTED;
}

enum refusal model_deny(struct model *m, int q, bool never)
{
    struct prompt *it = &m->questions[q];

    if (it->state != REQUESTED) return REFUSED_consent_already_decided;
    it->state      = DENIED;
    it->undo_until = m->now + UNDO_FOR;
    it->never      = never;
    m->blocked[it->account][vendor_of(it->thing)] |= never;
    return ACCEPTED;
}

enum refusal model_later(struct model *m, int q)
{
    if (m->questions[q].state != REQUESTED) return REFUSED_consent_already_decided;
    m->questions[q].undo_until = m->now + UNDO_FOR;
    return ACCEPTED;
}

/* A no that stands. */
static void settle(struct model *m, int q)
{
    const struct prompt *it = &m->questions[q];

    stop_waiting(m, q, DENIED);
    m->refused[it->account][it->thing] = (int64_t)it->epoch;
}

enum refusal model_undo(struct model *m, int q)
{
    struct prompt *it = &m->questions[q];

    m->asked = -1;
    if (!it->undo_until) return REFUSED_nothing_to_undo;
    if (m->now >= it->undo_until) return REFUSED_undo_too_late;
    if (it->state == DENIED && m->offered[it->thing] != q) return REFUSED_nothing_to_undo;
    if (it->state == REQUESTED || it->state == DENIED) {
        if (it->never) m->blocked[it->account][vendor_of(it->thing)] = false;
        it->state      = REQUESTED;
        it->never      = false;
        it->undo_until = 0;
        return ACCEPTED;
    }
    if (it->state != GRANTED) return REFUSED_nothing_to_undo;
    end_grant(m, q, WITHDRAWN);
    begin_question(m, it->thing, it->place, it->epoch);
    return ACCEPTED;
}

enum refusal model_unblock(struct model *m, int account, int vendor)
{
    if (!m->blocked[account][vendor]) return REFUSED_vendor_not_blocked;
    m->blocked[account][vendor] = false;
    return ACCEPTED;
}

enum refusal model_withdraw(struct model *m, int q)
{
    if (m->questions[q].state == WITHDRAWN) return ACCEPTED;
    if (!live(&m->questions[q])) return REFUSED_consent_not_granted;
    end_grant(m, q, WITHDRAWN);
    return ACCEPTED;
}

enum refusal model_renew(struct model *m, int q, int64_t expires_at)
{
    if (!live(&m->questions[q])) return REFUSED_consent_not_granted;
    if (expires_at && expires_at <= m->now) return REFUSED_already_expired;
    if (m->suspended[vendor_of(m->questions[q].thing)]) return REFUSED_vendor_unavailable;
    m->questions[q].state      = GRANTED;
    m->questions[q].expires_at = expires_at;
    return ACCEPTED;
}

enum refusal model_acknowledge(const struct model *m, int q)
{
    if (!m->questions[q].was_granted) return REFUSED_grant_unknown;
    return live(&m->questions[q]) ? REFUSED_grant_still_live : ACCEPTED;
}

enum refusal model_reportable(const struct model *m, int q)
{
    if (m->suspended[vendor_of(m->questions[q].thing)]) return REFUSED_vendor_not_approved;
    if (m->questions[q].state == EXPIRED) return REFUSED_consent_expired;
    return live(&m->questions[q]) ? ACCEPTED : REFUSED_consent_withdrawn;
}

enum refusal model_vendor_removes(struct model *m, int q)
{
    if (m->suspended[vendor_of(m->questions[q].thing)]) return REFUSED_vendor_not_approved;
    if (live(&m->questions[q])) end_grant(m, q, REVOKED);
    return ACCEPTED;
}

enum refusal model_move(struct model *m, int q, struct id network)
{
    if (!live(&m->questions[q])) return REFUSED_device_removed;
    if (!network_there(m, m->questions[q].account, network)) return REFUSED_network_unknown;
    m->questions[q].network = network;
    return ACCEPTED;
}

enum refusal model_give_up(struct model *m, int place)
{
    if (!id_given(m->network[place])) return REFUSED_network_unknown;
    for (int q = 0; q < m->question_count; q++)
        if (live(&m->questions[q]) && id_equal(m->questions[q].network, m->network[place]))
            return REFUSED_network_not_empty;
    m->network[place] = NO_ID;
    return ACCEPTED;
}

enum refusal model_command(struct model *m, int q, struct id command, enum doing doing,
                           int64_t life)
{
    if (!live(&m->questions[q])) return REFUSED_device_removed;
    if (m->questions[q].state == EXPIRED) return REFUSED_device_suspended;
    if (m->suspended[vendor_of(m->questions[q].thing)]) return REFUSED_vendor_unavailable;
    if (open_orders(m, q) >= COMMANDS_OPEN_MAX) return REFUSED_command_limit_reached;
    for (int o = 0; doing != BLINK && o < m->order_count; o++)
        if (m->orders[o].question == q && m->orders[o].step == QUEUED &&
            m->orders[o].doing == doing)
            m->orders[o].step = CONCLUDED;
    m->orders[m->order_count++] = (struct order){
        .command = command, .question = q, .step = QUEUED, .doing = doing, .deadline = m->now + life
    };
    return ACCEPTED;
}

enum refusal model_cancel(struct model *m, int o)
{
    if (m->orders[o].cancelled) return ACCEPTED;
    if (m->orders[o].step != QUEUED) return REFUSED_command_already_sent;
    m->orders[o].step      = CONCLUDED;
    m->orders[o].cancelled = true;
    return ACCEPTED;
}

void model_goes_on(struct model *m, int o, enum step step)
{
    if (m->orders[o].step == CONCLUDED) return;
    if (step == CONCLUDED || step > m->orders[o].step) m->orders[o].step = step;
}

void model_wait(struct model *m, int64_t us)
{
    m->now += us;
    for (;;) {
        int64_t first = m->now + 1;
        int     q_due = -1, o_due = -1;

        for (int q = 0; q < m->question_count; q++) {
            const struct prompt *it  = &m->questions[q];
            int64_t              due = it->state == REQUESTED                   ? it->lapses_at
                                       : m->offered[it->thing] == q             ? it->undo_until
                                       : it->state == GRANTED && it->expires_at ? it->expires_at
                                                                                : INT64_MAX;
            if (due < first) first = due, q_due = q;
        }
        for (int o = 0; o < m->order_count; o++)
            if (m->orders[o].step != CONCLUDED && m->orders[o].deadline < first)
                first = m->orders[o].deadline, o_due = o;
        if (o_due >= 0) m->orders[o_due].step = CONCLUDED;
        else if (q_due < 0) return;
        else if (m->questions[q_due].state == REQUESTED) stop_waiting(m, q_due, LAPSED);
        else if (m->questions[q_due].state == DENIED) settle(m, q_due);
        else m->questions[q_due].state = EXPIRED, cancel_orders(m, q_due);
    }
}
