/* A VISA library for one test: a few functions of VPP-4.3 over TCP, and faults by name.
 *
 *   TCPIP0::127.0.0.1::PORT::SOCKET   bytes over TCP, as the standard says
 *   GPIB0::PORT::INSTR                the same, but a line ends with END
 *   GPIB0::0::INSTR                   answers each call as the last message told it to
 *
 * It is as unkind as the standard allows: no termination character unless it is switched on. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

typedef int32_t ViStatus;
typedef uint32_t ViUInt32, ViSession, ViAttr;
#define FAILURE(x) ((ViStatus)(0xBFFF0000u + (x)))
#define E_NOBODY FAILURE(0x11)
#define E_LOCKED FAILURE(0x0F)
#define E_TIME FAILURE(0x15)
#define E_LOST FAILURE(0xA6)
#define E_NONE_SUCH FAILURE(0x0E)
#define E_UNSUPPORTED FAILURE(0x67)
/* A status that no edition of the standard has. */
#define E_OF_OUR_OWN ((ViStatus)0xBFFF7777)
#define FOUND_TERMINATOR 0x3FFF0005
#define FOUND_MOST 0x3FFF0006
#define SESSIONS 64
#define FIRST 16

static struct {
  int used, line, is_stream, ends;
  uint32_t patience;
  uint8_t terminator;
  char told[64];
} S[SESSIONS];

static int known(ViSession s) { return s >= FIRST && s < FIRST + SESSIONS && S[s - FIRST].used; }

ViStatus viOpenDefaultRM(ViSession *s) { *s = 1; return 0; }

ViStatus viClose(ViSession s) {
  if (known(s)) {
    if (S[s - FIRST].line >= 0) close(S[s - FIRST].line);
    S[s - FIRST].used = 0;
  }
  return 0;
}

ViStatus viFindRsrc(ViSession m, const char *w, uint32_t *list, ViUInt32 *count, char *name) {
  (void)m; (void)w;
  strcpy(name, "GPIB0::9::INSTR");
  *list = 9; *count = 2;
  return 0;
}

ViStatus viFindNext(uint32_t list, char *name) {
  (void)list;
  strcpy(name, "PXI0::3::INSTR");
  return 0;
}

ViStatus viOpen(ViSession m, const char *name, uint32_t mode, ViUInt32 t, ViSession *out) {
  (void)m; (void)mode; (void)t;
  int i, port = 0;
  for (i = 0; i < SESSIONS && S[i].used; i++) {}
  if (i == SESSIONS) return E_NOBODY;
  memset(&S[i], 0, sizeof S[i]);
  S[i].line = -1; S[i].patience = 2000; S[i].terminator = '\n';
  if (!strcmp(name, "GPIB0::1::INSTR")) return E_LOCKED;
  if (sscanf(name, "TCPIP0::127.0.0.1::%d::SOCKET", &port) == 1) S[i].is_stream = 1;
  else if (sscanf(name, "GPIB0::%d::INSTR", &port) != 1) return E_NOBODY;
  if (port > 1) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    S[i].line = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(S[i].line, (void *)&a, sizeof a)) { close(S[i].line); return E_NOBODY; }
  }
  S[i].used = 1;
  *out = (ViSession)(FIRST + i);
  return 0;
}

ViStatus viWrite(ViSession s, const uint8_t *bytes, ViUInt32 n, ViUInt32 *done) {
  if (!known(s)) return E_NONE_SUCH;
  int i = s - FIRST;
  if (S[i].line < 0) {
    snprintf(S[i].told, sizeof S[i].told, "%.*s", (int)n, (const char *)bytes);
    *done = strncmp(S[i].told, "HALF", 4) ? n : n / 2;
    return 0;
  }
  if (send(S[i].line, bytes, n, MSG_NOSIGNAL) < 0) return E_LOST;
  *done = n;
  return 0;
}

ViStatus viRead(ViSession s, uint8_t *bytes, ViUInt32 n, ViUInt32 *done) {
  if (!known(s)) return E_NONE_SUCH;
  int i = s - FIRST;
  *done = 0;
  if (S[i].line < 0) {
    if (!strncmp(S[i].told, "LOSE", 4)) return E_LOST;
    if (!strncmp(S[i].told, "ODD", 3)) return E_OF_OUR_OWN;
    if (!strncmp(S[i].told, "SHORT", 5)) { memcpy(bytes, "sho", 3); *done = 3; return 0; }
    return E_TIME;
  }
  struct timeval t = {S[i].patience / 1000, (S[i].patience % 1000) * 1000};
  if (!t.tv_sec && !t.tv_usec) t.tv_usec = 1000;
  setsockopt(S[i].line, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
  while (*done < n) {
    ssize_t got = recv(S[i].line, bytes + *done, 1, 0);
    if (got == 0) return E_LOST;
    if (got < 0) return E_TIME;
    (*done)++;
    if (!S[i].is_stream && bytes[*done - 1] == '\n') return 0;
    if (S[i].ends && bytes[*done - 1] == S[i].terminator) return FOUND_TERMINATOR;
  }
  return FOUND_MOST;
}

ViStatus viSetAttribute(ViSession s, ViAttr a, uint64_t v) {
  if (!known(s)) return E_NONE_SUCH;
  int i = s - FIRST;
  if (a == 0x3FFF001A) S[i].patience = (uint32_t)v;
  else if (a == 0x3FFF0038) S[i].ends = (int)v;
  else if (a == 0x3FFF0018) S[i].terminator = (uint8_t)v;
  return 0;
}

ViStatus viReadSTB(ViSession s, uint16_t *byte) {
  if (!known(s)) return E_NONE_SUCH;
  *byte = 0x44;
  return 0;
}

/* viClear is here only by name; viLock is not here at all: a library may lack functions. */
ViStatus viClear(ViSession s) { (void)s; return E_UNSUPPORTED; }
