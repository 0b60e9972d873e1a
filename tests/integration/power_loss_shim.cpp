// Preloaded into florind by power_loss.py: a disk that keeps only what was synced. What the process reads and writes is
// the real directory; beside it lies an image of what would be left if the power failed now.
//
// Model: a file keeps its bytes and length as of its last fsync or fdatasync (or a write through O_DSYNC); a directory
// keeps its names as of its last fsync, renames and removals included. Nothing else survives. Stricter than most file
// systems, and what POSIX promises. The image: `root` holds the inode number of the watched directory, `d<inode>` the
// names of a directory ("<inode> <f or d> <name>" by line), `f<inode>` the bytes of a file. The last bytes of a sync that
// was interrupted by kill -9 may be there or not: the process has not heard that it succeeded.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

template <class F>
F real(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

using Open = int (*)(const char*, int, ...);
using Close = int (*)(int);
using Pwrite = ssize_t (*)(int, const void*, size_t, off_t);
using Pwritev = ssize_t (*)(int, const iovec*, int, off_t);
using Write = ssize_t (*)(int, const void*, size_t);
using Writev = ssize_t (*)(int, const iovec*, int);
using Truncate = int (*)(int, off_t);
using Rename = int (*)(const char*, const char*);
using Unlink = int (*)(const char*);
using UnlinkAt = int (*)(int, const char*, int);

struct Range {
  off_t from;
  off_t to;
};
struct Watched {
  ino_t inode = 0;
  bool writes_through = false;
};

struct Shim {
  std::recursive_mutex mutex;
  std::string root;   // absolute, without a trailing slash
  std::string image;  // where the image lies
  std::map<int, Watched> files;
  std::map<ino_t, std::vector<Range>> unsynced;

  bool is_on() const { return !root.empty(); }
  [[nodiscard]] bool watches(const char* path) const {
    if (!is_on()) return false;
    std::error_code error;
    const std::string absolute = fs::absolute(path, error).lexically_normal().string();
    return absolute == root || absolute.rfind(root + "/", 0) == 0;
  }
  [[nodiscard]] std::string place(char kind, ino_t inode) const {
    return image + "/" + kind + std::to_string(inode);
  }

  void say_and_end(const char* what) const {
    std::fprintf(stderr, "power_loss_shim: %s: %s\n", what, std::strerror(errno));
    std::abort();
  }

  // The bytes of these ranges, and the length, as they are now.
  void keep(int descriptor, ino_t inode, const std::vector<Range>& ranges) const {
    static const auto open_file = real<Open>("open");
    static const auto write_at = real<Pwrite>("pwrite");
    struct stat status {};
    if (fstat(descriptor, &status) != 0) say_and_end("fstat");
    // Opened once more: LMDB's descriptor for its meta pages can only be written to.
    const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
    const int found = open_file(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int kept = open_file(place('f', inode).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (found < 0 || kept < 0) say_and_end("image");
    std::vector<char> buffer(1 << 20);
    for (const Range& range : ranges)
      for (off_t at = range.from; at < std::min(range.to, status.st_size);) {
        const auto wanted = std::min<off_t>(static_cast<off_t>(buffer.size()), range.to - at);
        const ssize_t n = pread(found, buffer.data(), static_cast<size_t>(wanted), at);
        if (n < 0) say_and_end("image");
        if (n == 0) break;
        if (write_at(kept, buffer.data(), static_cast<size_t>(n), at) != n) say_and_end("image");
        at += n;
      }
    static const auto truncate_to = real<Truncate>("ftruncate");
    if (truncate_to(kept, status.st_size) != 0) say_and_end("image");
    static const auto close_file = real<Close>("close");
    close_file(kept);
    close_file(found);
  }

  // The names of a directory as they are now; whole or not at all.
  void keep_names(int descriptor, ino_t inode) const {
    const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
    DIR* const open_directory = opendir(path.c_str());
    if (open_directory == nullptr) return say_and_end("opendir");
    std::string text;
    while (const dirent* entry = readdir(open_directory)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat status {};
      if (fstatat(descriptor, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
      text +=
          std::to_string(status.st_ino) + (S_ISDIR(status.st_mode) ? " d " : " f ") + name + "\n";
    }
    closedir(open_directory);
    put(place('d', inode), text);
  }

  static void put(const std::string& path, const std::string& text) {
    static const auto rename_file = real<Rename>("rename");
    std::FILE* const file = std::fopen((path + ".new").c_str(), "w");
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
    rename_file((path + ".new").c_str(), path.c_str());
  }

  // What is there at the start is what the last failure of power has left: all of it is durable.
  void begin(const std::string& path) {
    static const auto open_file = real<Open>("open");
    static const auto close_file = real<Close>("close");
    const int descriptor = open_file(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return say_and_end(path.c_str());
    struct stat status {};
    fstat(descriptor, &status);
    if (S_ISDIR(status.st_mode)) {
      keep_names(descriptor, status.st_ino);
      for (const auto& entry : fs::directory_iterator(path)) begin(entry.path().string());
    } else {
      keep(descriptor, status.st_ino, {{0, status.st_size}});
    }
    close_file(descriptor);
  }

  void opened(int descriptor, const char* path, int flags) {
    if (descriptor < 0 || !watches(path)) return;
    struct stat status {};
    fstat(descriptor, &status);
    files[descriptor] = {status.st_ino, (flags & (O_DSYNC | O_SYNC)) != 0};
  }

  void wrote(int descriptor, off_t from, ssize_t bytes) {
    const auto file = files.find(descriptor);
    if (bytes <= 0 || file == files.end()) return;
    const Range range{from, from + bytes};
    if (file->second.writes_through) return keep(descriptor, file->second.inode, {range});
    auto& ranges = unsynced[file->second.inode];
    if (!ranges.empty() && ranges.back().to == from)
      ranges.back().to = range.to;
    else
      ranges.push_back(range);
  }

  int synced(int descriptor) {
    const auto file = files.find(descriptor);
    if (file == files.end()) return 0;
    struct stat status {};
    fstat(descriptor, &status);
    if (S_ISDIR(status.st_mode))
      keep_names(descriptor, status.st_ino);
    else
      keep(descriptor, file->second.inode, std::exchange(unsynced[file->second.inode], {}));
    return 0;
  }

  // A name goes that the image may still hold: its inode's number must not serve again while this process runs.
  void pin(const char* path) const {
    static const auto open_file = real<Open>("open");
    if (watches(path)) (void)open_file(path, O_RDONLY | O_CLOEXEC);
  }
};

Shim& shim() {
  static auto* const instance = new Shim;  // never destroyed: other threads write until the end
  return *instance;
}

__attribute__((constructor)) void start() {
  const char* const root = std::getenv("FLORIN_POWER_ROOT");
  const char* const image = std::getenv("FLORIN_POWER_IMAGE");
  if (root == nullptr || image == nullptr) return;
  shim().image = image;
  fs::create_directories(shim().image);
  fs::create_directories(root);
  shim().begin(root);
  // Last: without it the image is not whole, and the process was killed before it had written anything.
  struct stat status {};
  stat(root, &status);
  Shim::put(shim().image + "/root", std::to_string(status.st_ino));
  shim().root = fs::absolute(root).lexically_normal().string();
}

int open_any(const char* name, const char* path, int flags, mode_t mode) {
  const int descriptor = real<Open>(name)(path, flags, mode);
  const int error = errno;
  const std::lock_guard lock(shim().mutex);
  shim().opened(descriptor, path, flags);
  errno = error;
  return descriptor;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_any("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_any("open64", path, flags, mode);
}
int close(int descriptor) {
  {
    const std::lock_guard lock(shim().mutex);
    shim().files.erase(descriptor);
  }
  return real<Close>("close")(descriptor);
}

// The lock is held from before the write until it is noted: a sync in between would otherwise leave it out for good.
ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t at) {
  const std::lock_guard lock(shim().mutex);
  const ssize_t n = real<Pwrite>("pwrite")(descriptor, bytes, count, at);
  shim().wrote(descriptor, at, n);
  return n;
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off_t at) {
  return pwrite(descriptor, bytes, count, at);
}
ssize_t pwritev(int descriptor, const iovec* parts, int count, off_t at) {
  const std::lock_guard lock(shim().mutex);
  const ssize_t n = real<Pwritev>("pwritev")(descriptor, parts, count, at);
  shim().wrote(descriptor, at, n);
  return n;
}
ssize_t pwritev64(int descriptor, const iovec* parts, int count, off_t at) {
  return pwritev(descriptor, parts, count, at);
}
ssize_t write(int descriptor, const void* bytes, size_t count) {
  static const auto write_file = real<Write>("write");
  {
    const std::lock_guard lock(shim().mutex);
    if (shim().files.count(descriptor) != 0) {
      const off_t at = lseek(descriptor, 0, SEEK_CUR);
      const ssize_t n = write_file(descriptor, bytes, count);
      shim().wrote(descriptor, at, n);
      return n;
    }
  }
  return write_file(descriptor, bytes, count);
}
ssize_t writev(int descriptor, const iovec* parts, int count) {
  static const auto write_file = real<Writev>("writev");
  {
    const std::lock_guard lock(shim().mutex);
    if (shim().files.count(descriptor) != 0) {
      const off_t at = lseek(descriptor, 0, SEEK_CUR);
      const ssize_t n = write_file(descriptor, parts, count);
      shim().wrote(descriptor, at, n);
      return n;
    }
  }
  return write_file(descriptor, parts, count);
}
int fsync(int descriptor) {
  const std::lock_guard lock(shim().mutex);
  return shim().synced(descriptor);
}
int fdatasync(int descriptor) {
  const std::lock_guard lock(shim().mutex);
  return shim().synced(descriptor);
}
int rename(const char* from, const char* to) {
  const std::lock_guard lock(shim().mutex);
  shim().pin(to);
  return real<Rename>("rename")(from, to);
}
int unlink(const char* path) {
  const std::lock_guard lock(shim().mutex);
  shim().pin(path);
  return real<Unlink>("unlink")(path);
}
int unlinkat(int directory, const char* path, int flags) {
  const std::lock_guard lock(shim().mutex);
  const std::string in = "/proc/self/fd/" + std::to_string(directory);
  std::error_code error;
  const fs::path name(path);
  shim().pin((name.is_absolute() ? name : fs::read_symlink(in, error) / name).c_str());
  return real<UnlinkAt>("unlinkat")(directory, path, flags);
}

}  // extern "C"
