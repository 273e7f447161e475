#include "api/post/post.h"

#include <curl/curl.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "api/post/address.h"
#include "core/base/clock.h"
#include "core/wire/media_type.h"
#include "core/wire/url.h"

enum {
    IDLE_CONNECTIONS_MAX = 64,   /* kept open for the next webhook, each a descriptor */
    HEADER_LINE_MAX      = 2048, /* of ours: sixteen signatures and their name */
};

struct poster {
    struct event_base *base;
    CURLM             *multi;
    struct event       woken, curl_timer, patience;
};

/* -- libcurl in libevent's loop ------------------------------------------------------ */

static void work(struct poster *poster, curl_socket_t fd, int what)
{
    int running;
    ensure(curl_multi_socket_action(poster->multi, fd, what, &running) == CURLM_OK);
}

static void on_ready(evutil_socket_t fd, short what, void *context)
{
    work(context, fd,
         (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_curl_timer(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    work(context, CURL_SOCKET_TIMEOUT, 0);
}

/* The loop has been woken by it, which is all it is for. */
static void on_woken(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    (void)context;
}

/* libcurl says what it waits for on a socket. `watch` is what we kept for it. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *watch)
{
    struct poster *poster = context;
    struct event  *event  = watch;
    short          wanted = EV_PERSIST;

    (void)easy;
    if (event) event_free(event);
    event = NULL;
    if (what != CURL_POLL_REMOVE) {
        if (what & CURL_POLL_IN) wanted |= EV_READ;
        if (what & CURL_POLL_OUT) wanted |= EV_WRITE;
        event = event_new(poster->base, fd, wanted, on_ready, poster);
        ensure(event != NULL);
        if (event_add(event, NULL)) { /* unwatched, it ends when its time is over */
            event_free(event);
            event = NULL;
        }
    }
    ensure(curl_multi_assign(poster->multi, fd, event) == CURLM_OK);
    return 0;
}

static struct timeval timeval_of(int64_t us)
{
    return (struct timeval){ .tv_sec = us / SECOND, .tv_usec = us % SECOND };
}

static int on_timer_wanted(CURLM *multi, long timeout_ms, void *context)
{
    struct poster *poster = context;
    struct timeval after  = timeval_of(timeout_ms * MILLISECOND);

    (void)multi;
    if (timeout_ms < 0) event_del(&poster->curl_timer);
    else ensure(event_add(&poster->curl_timer, &after) == 0);
    return 0;
}

struct status poster_open(struct poster **out, int fd)
{
    struct poster *poster = calloc(1, sizeof *poster);

    ensure(poster != NULL);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(poster);
        return failed(STATUS_LIMIT, "libcurl could not be set up");
    }
    poster->base  = event_base_new();
    poster->multi = curl_multi_init();
    if (!poster->base || !poster->multi) {
        poster_close(poster);
        return failed(STATUS_LIMIT, "no event loop for webhooks: out of descriptors");
    }
    event_assign(&poster->woken, poster->base, fd, EV_READ | EV_PERSIST, on_woken, NULL);
    evtimer_assign(&poster->curl_timer, poster->base, on_curl_timer, poster);
    evtimer_assign(&poster->patience, poster->base, on_woken, NULL);
    if (fd >= 0 && event_add(&poster->woken, NULL)) {
        poster_close(poster);
        return failed(STATUS_LIMIT, "no event loop for webhooks: too many files are watched");
    }
    curl_multi_setopt(poster->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(poster->multi, CURLMOPT_SOCKETDATA, poster);
    curl_multi_setopt(poster->multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
    curl_multi_setopt(poster->multi, CURLMOPT_TIMERDATA, poster);
    curl_multi_setopt(poster->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS_MAX);
    *out = poster;
    return OK;
}

void poster_close(struct poster *poster)
{
    if (!poster) return;
    if (poster->multi) curl_multi_cleanup(poster->multi);
    if (poster->base && poster->multi) {
        event_del(&poster->woken);
        event_del(&poster->curl_timer);
        event_del(&poster->patience);
    }
    if (poster->base) event_base_free(poster->base);
    curl_global_cleanup();
    free(poster);
}

void poster_wait(struct poster *poster, int64_t at_most_us)
{
    struct timeval after = timeval_of(at_most_us);

    if (at_most_us <= 0) {
        event_base_loop(poster->base, EVLOOP_NONBLOCK);
        return;
    }
    ensure(event_add(&poster->patience, &after) == 0);
    event_base_loop(poster->base, EVLOOP_ONCE);
    event_del(&poster->patience);
}

/* -- one request --------------------------------------------------------------------- */

static size_t on_head(char *line, size_t one, size_t size, void *context)
{
    struct posting *posting = context;

    struct slice said = { line, one * size }, value;

    posting->head_size += one * size;
    if (head_line_read(said, "retry-after", &value)) posting->retry_after = retry_after_read(value);
    if (posting->on_header) posting->on_header(posting->context, said);
    return posting->head_size > ANSWER_HEAD_SIZE_MAX ? 0 : one * size;
}

static size_t on_body(char *bytes, size_t one, size_t size, void *context)
{
    struct posting *posting = context;
    size_t          max     = posting->answer_max ? posting->answer_max : ANSWER_SIZE_MAX;

    size_t room = max - posting->answer.size;

    posting->cut = one * size > room; /* the status is known: the rest is not worth its time */
    buffer_add(&posting->answer, (struct slice){ bytes, posting->cut ? room : one * size });
    return posting->cut ? 0 : one * size;
}

static bool is_plain(const char *text)
{
    struct url url;

    return url_read(slice_text(text), &url) != NULL || !url.tls;
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct posting *posting  = context;
    enum address_class class = address_class_of(&address->addr);
    int fd                   = CURL_SOCKET_BAD; /* libcurl tries the name's next address */

    if (!posting->trusted &&
        (purpose != CURLSOCKTYPE_IPCXN ||
         !address_allowed(class, posting->allow_private, is_plain(posting->url)))) {
        posting->obstacle = "its address is not one we call";
        return fd;
    }
    fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0) posting->opened = true;
    else posting->obstacle = "no socket was left for it";
    return fd;
}

/* It is connected, and nothing has been sent. */
static int on_connected(void *context, char *to, char *from, int to_port, int from_port)
{
    struct posting *posting = context;

    (void)to, (void)from, (void)to_port, (void)from_port;
    posting->late = posting->send_by_us && clock_monotonic_us() >= posting->send_by_us;
    return posting->late ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static struct curl_slist *with_line(struct curl_slist *headers, const char *line)
{
    headers = curl_slist_append(headers, line);
    ensure(headers != NULL);
    return headers;
}

static struct curl_slist *with_header(struct curl_slist *headers, const char *name,
                                      struct slice value)
{
    char line[HEADER_LINE_MAX];
    int  size = snprintf(line, sizeof line, "%s: %.*s", name, (int)value.size, value.data);

    ensure(size > 0 && (size_t)size < sizeof line);
    return with_line(headers, line);
}

static struct curl_slist *headers_of(const struct posting *posting)
{
    struct curl_slist *headers = NULL;

    for (size_t i = 0; posting->headers && posting->headers[i]; i++)
        headers = with_line(headers, posting->headers[i]);
    if (posting->headers) return headers;
    if (posting->type) return with_header(headers, "Content-Type", slice_text(posting->type));
    headers = with_header(headers, "Content-Type", SLICE("application/cloudevents+json"));
    headers = with_header(headers, "Accept", SLICE("application/json"));
    headers = with_header(headers, "webhook-id", posting->id);
    headers = with_header(headers, "webhook-timestamp", posting->timestamp);
    return with_header(headers, "webhook-signature", posting->signatures);
}

static void prepare_connection(CURL *easy, const struct posting *posting)
{
    long limit_ms = (long)posting->limit_ms;

    curl_easy_setopt(easy, CURLOPT_URL, posting->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    if (!posting->trusted) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (posting->ca_file) curl_easy_setopt(easy, CURLOPT_CAINFO, posting->ca_file);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     limit_ms < CONNECT_MS_MAX ? limit_ms : (long)CONNECT_MS_MAX);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, posting->trusted ? "piot" : "piotd");
}

/* A body makes it a POST, unless a method is named. */
static void prepare_body(CURL *easy, const struct posting *posting)
{
    if (posting->method) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, posting->method);
    if (posting->method && !posting->body.data) return;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)posting->body.size);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, posting->body.data);
}

void poster_send(struct poster *poster, struct posting *posting)
{
    CURL *easy = curl_easy_init();

    ensure(easy != NULL && posting->easy == NULL && posting->limit_ms > 0);
    posting->easy  = easy;
    posting->lines = headers_of(posting);
    prepare_connection(easy, posting);
    prepare_body(easy, posting);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, posting);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, posting->lines);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, posting);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, posting);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, posting);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, posting);
    ensure(curl_multi_add_handle(poster->multi, easy) == CURLM_OK);
}

void poster_cancel(struct poster *poster, struct posting *posting)
{
    ensure(posting->easy != NULL);
    ensure(curl_multi_remove_handle(poster->multi, posting->easy) == CURLM_OK);
    curl_easy_cleanup(posting->easy);
    curl_slist_free_all(posting->lines);
    posting->easy = posting->lines = NULL;
}

/* -- what came of it ----------------------------------------------------------------- */

static const char *why_not(const struct posting *posting, CURLcode code)
{
    if (posting->obstacle && !posting->opened) return posting->obstacle;
    if (posting->late) return "it was too late to send it";
    switch (code) {
    /* clang-format off */
    case CURLE_COULDNT_RESOLVE_HOST:    return "its name could not be resolved";
    case CURLE_COULDNT_CONNECT:         return "no connection";
    case CURLE_OPERATION_TIMEDOUT:      return "no answer in time";
    case CURLE_PEER_FAILED_VERIFICATION: return "its certificate could not be verified";
    case CURLE_SSL_CONNECT_ERROR:       return "no TLS";
    default:                            return curl_easy_strerror(code);
        /* clang-format on */
    }
}

/* Whoever it was meant for has not been called. */
static bool is_ours(const struct posting *posting, CURLcode code)
{
    return (posting->obstacle && !posting->opened) || code == CURLE_COULDNT_RESOLVE_HOST ||
           code == CURLE_SSL_CACERT_BADFILE || code == CURLE_OUT_OF_MEMORY;
}

static void keep_address(CURL *easy, CURLINFO which, char address[ADDRESS_TEXT_MAX])
{
    const char *text = NULL;

    curl_easy_getinfo(easy, which, &text);
    snprintf(address, ADDRESS_TEXT_MAX, "%s", text ? text : "");
}

static void read_answer(struct posting *posting, CURLcode code)
{
    long        status = 0;
    const char *type   = NULL;
    curl_off_t  took   = 0;

    curl_easy_getinfo(posting->easy, CURLINFO_TOTAL_TIME_T, &took);
    posting->took_us = took;
    if (code != CURLE_OK && !posting->cut) {
        posting->why  = why_not(posting, code);
        posting->ours = is_ours(posting, code);
        return;
    }
    keep_address(posting->easy, CURLINFO_PRIMARY_IP, posting->its_address);
    curl_easy_getinfo(posting->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(posting->easy, CURLINFO_CONTENT_TYPE, &type);
    posting->status = (int)status;
    posting->json   = media_type_is_json(slice_text(type));
}

struct posting *poster_next(struct poster *poster)
{
    struct posting *posting;
    CURLMsg        *message;
    int             more;

    do message = curl_multi_info_read(poster->multi, &more);
    while (message && message->msg != CURLMSG_DONE);
    if (!message) return NULL;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &posting);
    read_answer(posting, message->data.result);
    poster_cancel(poster, posting);
    return posting;
}

void poster_call(struct poster *poster, struct posting *posting)
{
    poster_send(poster, posting);
    while (poster_next(poster) == NULL) poster_wait(poster, SECOND);
}

void posting_clear(struct posting *posting)
{
    ensure(posting->easy == NULL);
    buffer_free(&posting->answer);
    posting->status   = 0;
    posting->why      = NULL;
    posting->obstacle = NULL;
    posting->cut = posting->ours = posting->late = posting->opened = posting->json = false;
    posting->head_size                                                             = 0;
    posting->retry_after = (struct retry_after){ 0 };
}
