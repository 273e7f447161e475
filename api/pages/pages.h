/* pages.h -- the files of the app, as they are inside the program.
 *
 * app/ holds the sources as they are edited: HTML, CSS, ES modules, texts and icons. The build
 * (app/embed.cmake) puts them into a table, one row a file. All files of one version are
 * under one address, /web/VERSION/NAME, where VERSION is made of the contents of all of them: so
 * a module finds its neighbours by their plain names, and whatever has such an address never
 * changes and is kept by browsers for good. What has a fixed address ("/", "/worker.js") is
 * asked about anew each time. The app loads all it needs when it starts, so a tab that is
 * open survives an upgrade; whoever asks for a file of another version gets that of this one, not
 * to be kept.
 *
 * THREADS   Any: the table is constant.
 */
#ifndef PIOT_API_PAGES_H
#define PIOT_API_PAGES_H

#include "core/base/base.h"

struct page_file {
    const char          *name;  /* "main.js" */
    const char          *fixed; /* its address, if that is not below /web/; else NULL */
    const char          *type;  /* of its content */
    const char          *tag;   /* of its content, as an ETag has it, in quotes */
    const unsigned char *bytes;
    size_t               size;
};
extern const struct page_file page_files[];
extern const size_t           page_file_count;
extern const char             page_version[];

/* NULL: there is none of that name. */
const struct page_file *page_file(struct slice name);

#endif
