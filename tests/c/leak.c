/* Forgets a stream: what a leak checker must notice, or it notices nothing of the library's memory. */

#include <pthread.h>

#include <auralis_dsp.h>

/* In a thread, so that nothing on a stack or in a register remembers it. */
static void *make(void *unused) {
  auralis_yin_stream *stream;
  auralis_yin_stream_new(44100, NULL, 512, &stream);
  return unused;
}

int main(void) {
  pthread_t thread;
  return pthread_create(&thread, NULL, make, NULL) || pthread_join(thread, NULL);
}
