/* Does a receipt hold the events of its grant, all that follows from them, and proofs that
 * lead to the checkpoint it names?
 *
 * Planted bugs that this must notice, and did: proofs to the head of the log instead of
 * the checkpoint's size; the oldest of many renewals kept instead of the newest; a notice
 * hashed without its salt. */
#include "tests/world/receipted.h"

static struct receipt_claim claim_of(const struct receipted *with)
{
    struct receipt_claim claim;

    assert_ok(receipt_claim(&with->receipt, &claim));
    return claim;
}

/* Besides the signature, which a document alone has. */
static uint64_t count_findings(struct receipted *with, const struct receipt *receipt)
{
    struct findings      findings = { 0 };
    struct receipt_claim claim;

    assert_ok(receipt_claim(receipt, &claim));
    receipt_check(receipt, &claim, SLICE(""), &with->signer.key, &findings);
    return findings.count - 1;
}

static void a_grant_has_a_receipt(void **state)
{
    struct receipted *with = *state;

    assert_ok(gather(with, GRANT, 4));
    struct receipt_claim claim = claim_of(with);
    assert_int_equal(with->receipt.count, 2);
    assert_true(id_equal(claim.consent, GRANT) && id_equal(claim.account, ALICE));
    assert_int_equal(claim.granted->capabilities.count, 1);
    assert_int_equal(claim.last, EVENT_consent_granted);
    assert_int_equal(claim.expires_at, SAMPLE_INSTANT + 30 * DAY);
    assert_true(slice_equal(with->receipt.notice_text, slice_text(NOTICE)));
    assert_true(slice_equal(with->receipt.names.vendor, SLICE("Glow \"&\" Söhne")));
    assert_int_equal(count_findings(with, &with->receipt), 0);
}

static void what_was_never_granted_has_none(void **state)
{
    struct receipted *with = *state;

    assert_status(gather(with, ASKED, 4), STATUS_NOT_FOUND);
    assert_status(gather(with, (struct id){ "cnone" }, 4), STATUS_NOT_FOUND);
}

static void a_checkpoint_that_does_not_cover_the_grant_is_too_early(void **state)
{
    struct receipted *with = *state;

    assert_status(gather(with, GRANT, 3), STATUS_CONFLICT);
    assert_ok(gather(with, GRANT, 4));
    alice_withdraws(with);
    assert_status(gather(with, GRANT, 4), STATUS_CONFLICT);
    assert_ok(gather(with, GRANT, 5));
    assert_int_equal(claim_of(with).last, EVENT_consent_withdrawn);
    assert_true(claim_of(with).ended_at > 0);
    assert_int_equal(count_findings(with, &with->receipt), 0);
}

static void proofs_lead_to_the_checkpoint_however_far_the_log_has_come(void **state)
{
    struct receipted *with = *state;

    for (int i = 0; i < 700; i++)
        HAPPENS(with, ALICE, device_renamed, .device = LAMP, .name = SLICE("Lamp"));
    for (uint64_t size = 4; size <= 700; size += 29) {
        assert_ok(gather(with, GRANT, size));
        assert_int_equal(count_findings(with, &with->receipt), 0);
    }
}

static void of_many_renewals_the_newest_are_kept(void **state)
{
    struct receipted *with  = *state;
    int64_t           until = 0;

    for (int i = 0; i < 70; i++) {
        until = SAMPLE_INSTANT + (31 + i) * DAY;
        HAPPENS(with, ALICE, consent_renewed, .consent = GRANT, .vendor = GLOW, .device = LAMP,
                .expires_at = until);
    }
    alice_withdraws(with);
    assert_ok(gather(with, GRANT, log_last(with->world->log)));
    assert_int_equal(with->receipt.count, RECEIPT_EVENTS_MAX);
    assert_int_equal(claim_of(with).expires_at, until);
    assert_int_equal(claim_of(with).last, EVENT_consent_withdrawn);
    assert_int_equal(with->receipt.events[RECEIPT_EVENTS_MAX - 1].event.position, 75);
    assert_int_equal(count_findings(with, &with->receipt), 0);
}

static void a_forgotten_person_gets_no_new_receipt_and_the_old_one_holds(void **state)
{
    struct receipted *with = *state;
    struct key        row  = world_row(3);

    assert_ok(gather(with, GRANT, 4));
    batch_erase(with->world->batch, FAMILY_personal, key_slice(&row));
    assert_ok(batch_commit(with->world->batch, false));
    assert_int_equal(count_findings(with, &with->receipt), 0);
    assert_status(gather(with, GRANT, 4), STATUS_INVALID);
}

static void what_the_log_does_not_say_is_found(void **state)
{
    struct receipted *with    = *state;
    struct receipt   *receipt = &with->receipt;

    assert_ok(gather(with, GRANT, 4));
    receipt->notice_text.size--;
    assert_int_equal(count_findings(with, receipt), 1);
    receipt->notice_text.size++;
    receipt->notice_salt.size--;
    assert_int_equal(count_findings(with, receipt), 1);
    receipt->notice_salt.size++;
    receipt->events[1].proof.count--;
    assert_int_equal(count_findings(with, receipt), 1);
    receipt->events[1].proof.count++;
    receipt->events[1].event.position++;
    assert_int_equal(count_findings(with, receipt), 1);
    receipt->events[1].event.position--;
    receipt->events[0].envelope.size--;
    assert_int_equal(count_findings(with, receipt), 1);
    receipt->events[0].envelope.size++;
    receipt->names.service = SLICE("example.org/log");
    assert_int_equal(count_findings(with, receipt), 1);
    receipt->names.service = SLICE("example.net/log");
    assert_int_equal(count_findings(with, receipt), 0);
}

static void events_that_make_no_grant_are_no_receipt(void **state)
{
    struct receipted    *with    = *state;
    struct receipt      *receipt = &with->receipt;
    struct receipt_event kept;
    struct receipt_claim claim;

    alice_withdraws(with);
    assert_ok(gather(with, GRANT, 5));
    receipt->count = 1;
    assert_status(receipt_claim(receipt, &claim), STATUS_CORRUPT);
    receipt->count     = 3;
    kept               = receipt->events[1];
    receipt->events[1] = receipt->events[2];
    assert_status(receipt_claim(receipt, &claim), STATUS_CORRUPT);
    receipt->events[1]                                 = kept;
    receipt->events[2].event.consent_withdrawn.consent = ASKED;
    assert_status(receipt_claim(receipt, &claim), STATUS_CORRUPT);
    receipt->events[2].event.consent_withdrawn.consent = GRANT;
    receipt->events[2].event.position                  = 4;
    assert_status(receipt_claim(receipt, &claim), STATUS_CORRUPT);
    receipt->events[2].event.position                     = 5;
    receipt->events[1].event.consent_granted.capabilities = (struct texts){ PURPOSES, 1 };
    assert_status(receipt_claim(receipt, &claim), STATUS_CORRUPT);
}

static void a_signature_of_a_receipt_is_none_of_a_checkpoint(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with), rest, text;
    struct buffer     note     = { 0 };
    struct checkpoint head;
    uint64_t          time_s;
    static const char MEMBER[] = "\"piot:signature\":\"";

    const char *at = memmem(document.data, document.size, MEMBER, sizeof MEMBER - 1);
    assert_non_null(at);
    at += sizeof MEMBER - 1;
    rest = (struct slice){ at, (size_t)(document.data + document.size - 2 - at) };
    for (size_t i = 0; i < rest.size; i++)
        if (rest.data[i] == '\\') buffer_add_byte(&note, '\n'), i++;
        else buffer_add_byte(&note, rest.data[i]);
    assert_ok(note_open(buffer_slice(&note), &with->signer.key, &text, &time_s));
    assert_true(slice_starts(text, SLICE("example.net/log/receipt\n")));
    assert_status(checkpoint_open(buffer_slice(&note), &with->signer.key, &head), STATUS_CORRUPT);
    buffer_free(&note);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, receipted_begins, receipted_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_grant_has_a_receipt),
        TEST(what_was_never_granted_has_none),
        TEST(a_checkpoint_that_does_not_cover_the_grant_is_too_early),
        TEST(proofs_lead_to_the_checkpoint_however_far_the_log_has_come),
        TEST(of_many_renewals_the_newest_are_kept),
        TEST(a_forgotten_person_gets_no_new_receipt_and_the_old_one_holds),
        TEST(what_the_log_does_not_say_is_found),
        TEST(events_that_make_no_grant_are_no_receipt),
        TEST(a_signature_of_a_receipt_is_none_of_a_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
