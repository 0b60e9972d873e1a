// Preloaded into florind by stalled_disk.py: a disk that does not answer. While the file $FLORIN_STALL_FILE is there, syncs
// wait; then they are the real ones. Nothing fails, nothing is lost.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>

namespace {

void wait_for_the_disk() {
  static const char* const stall = std::getenv("FLORIN_STALL_FILE");
  while (stall != nullptr && access(stall, F_OK) == 0) usleep(5'000);
}

int real_sync(const char* name, int descriptor) {
  wait_for_the_disk();
  return reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, name))(descriptor);
}

}  // namespace

extern "C" {

int fdatasync(int descriptor) { return real_sync("fdatasync", descriptor); }
int fsync(int descriptor) { return real_sync("fsync", descriptor); }

}  // extern "C"
