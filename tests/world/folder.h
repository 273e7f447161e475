/* folder.h -- a folder of a test's own.
 *
 * ERRORS    The test fails.
 */
#ifndef PIOT_WORLD_FOLDER_H
#define PIOT_WORLD_FOLDER_H

enum { FOLDER_MAX = 64 };

/* Makes /tmp/piot-NAME-…, empty. */
void folder_new(char folder[FOLDER_MAX], const char *name);
/* With all that is in it. */
void folder_remove(const char *folder);

#endif
