// libcurl and epoll for Fetching: typed wrappers for what Swift cannot call or read.
#pragma once
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// curl_easy_setopt and curl_multi_setopt are variadic: one wrapper for each kind of argument.
static inline CURLcode selvage_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode selvage_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode selvage_set_list(
    CURL *easy, CURLoption option, const struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode selvage_set_message(CURL *easy, const void *bytes, curl_off_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

typedef size_t (*selvage_bytes_call)(char *bytes, size_t size, size_t count, void *context);
typedef int (*selvage_trace_call)(
    CURL *easy, curl_infotype type, char *bytes, size_t count, void *context);
typedef curl_socket_t (*selvage_open_call)(
    void *context, curlsocktype purpose, struct curl_sockaddr *peer);
typedef int (*selvage_close_call)(void *context, curl_socket_t descriptor);

typedef int (*selvage_start_call)(
    void *context, char *peer, char *local, int peerPort, int localPort);

static inline void selvage_set_receivers(
    CURL *easy, selvage_bytes_call head, selvage_bytes_call body, void *context) {
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, context);
}
static inline void selvage_set_start(CURL *easy, selvage_start_call start, void *context) {
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, start);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
}
static inline void selvage_set_trace(CURL *easy, selvage_trace_call trace, void *context) {
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, trace);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, context);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}
static inline void selvage_set_sockets(
    CURL *easy, selvage_open_call open, void *opener, selvage_close_call close, void *closer) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, opener);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, closer);
}
static inline void selvage_set_multi(
    CURLM *multi, curl_socket_callback socket, curl_multi_timer_callback timer, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}
static inline void selvage_set_multi_long(CURLM *multi, CURLMoption option, long value) {
    curl_multi_setopt(multi, option, value);
}

static inline void *selvage_private(CURL *easy) {
    char *context = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &context) == CURLE_OK ? context : NULL;
}
static inline int selvage_is_http2(CURL *easy) {
    long version = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_2_0;
}
// The result lies in an unnamed union.
static inline CURLcode selvage_result(const CURLMsg *message) { return message->data.result; }

// curl_sockaddr declares a short sockaddr; the memory behind it holds `addrlen` bytes.
static inline const struct sockaddr *selvage_peer(const struct curl_sockaddr *peer) {
    return &peer->addr;
}

// Bytes that the kernel has received on a TCP connection, or -1. tcpi_bytes_received lies at offset
// 128 of the kernel's struct tcp_info (linux/tcp.h); glibc's older copy of the struct ends before it.
static inline int64_t selvage_bytes_received(int descriptor) {
    unsigned char info[256];
    socklen_t size = sizeof info;
    int64_t received;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, info, &size) != 0 || size < 136) return -1;
    memcpy(&received, info + 128, sizeof received);
    return received;
}
