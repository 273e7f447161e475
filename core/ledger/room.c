/* room.c -- is there room on the disk for another turn?
 *
 * Requests are refused at the door, where everybody is ready to be told "later". Those that
 * were let in before are decided as long as the reserve lasts.
 */
#include "core/ledger/turn.h"

enum ledger_room ledger_room(const struct ledger *ledger) { return atomic_load(&ledger->room); }

enum ledger_room room_look(struct ledger *ledger)
{
    const struct ledger_settings *settings = &ledger->settings;
    enum ledger_room room = settings->room ? settings->room(settings->context) : LEDGER_ROOM_ENOUGH;

    ensure(room <= LEDGER_ROOM_NONE);
    atomic_store(&ledger->room, room);
    return room;
}

bool room_takes(const struct ledger *ledger, const struct ledger_request *request)
{
    enum ledger_room room = ledger_room(ledger);

    return room == LEDGER_ROOM_ENOUGH || (room == LEDGER_ROOM_RESERVE && request->from_reserve);
}
