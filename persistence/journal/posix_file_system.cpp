// The real disk: plain pread, pwrite and fdatasync. EINTR is repeated, of everything: a signal came before the call was
// done, the disk has refused nothing. (A SIGSTOP is enough, on file systems that let signals in.) A failed fsync is never
// repeated.
#include "persistence/journal/posix_file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace florin {
namespace {

Err<Error> fail(std::string_view what, std::string_view path) {
  return Err{file_error(what, path, errno)};
}

// What the call answers when no signal comes.
template <class Call>
int uninterrupted(Call call) {
  while (true) {
    const int result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(descriptor_); }

  Result<std::size_t, Error> write_some_at(std::uint64_t offset, std::string_view bytes) override {
    while (true) {
      const auto n = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n > 0) return static_cast<std::size_t>(n);
      if (n == 0) errno = ENOSPC;
      if (errno != EINTR) return fail("cannot write", path_);
    }
  }

  Result<std::size_t, Error> read_at(std::uint64_t offset, std::span<char> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto n = ::pread(descriptor_, into.data() + done, into.size() - done,
                             static_cast<off_t>(offset + done));
      if (n == 0) break;
      if (n > 0)
        done += static_cast<std::size_t>(n);
      else if (errno != EINTR)
        return fail("cannot read", path_);
    }
    return done;
  }

  Status<Error> sync_data() override {
    if (uninterrupted([this] { return ::fdatasync(descriptor_); }) != 0)
      return fail("cannot fdatasync", path_);
    return Unit{};
  }

  Status<Error> preallocate(std::uint64_t bytes) override {
    FLORIN_TRY(present, size());
    // All of the space at once: a full disk shows here, before anything was written.
    const auto allocate = [&] { return ::fallocate(descriptor_, 0, 0, static_cast<off_t>(bytes)); };
    if (uninterrupted(allocate) != 0 && errno != EOPNOTSUPP) return fail("cannot allocate", path_);
    return write_zeros(present, bytes);
  }

  Result<std::uint64_t, Error> size() override {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) return fail("cannot stat", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  [[nodiscard]] bool is_regular() const {
    struct stat status {};
    return ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  }

 private:
  // Real zeros, not unwritten extents: turning those into written ones would cost each fdatasync a journal
  // commit. Synced in slices, so that the group commits beside us wait for a few MiB at most.
  Status<Error> write_zeros(std::uint64_t from, std::uint64_t to) {
    const std::string zeros(std::size_t{1} << 20, '\0');
    constexpr std::uint64_t slice = std::uint64_t{4} << 20;
    std::uint64_t unsynced = 0;
    while (from < to) {
      const auto n = std::min<std::uint64_t>(zeros.size(), to - from);
      FLORIN_TRY_VOID(write_fully(*this, from, std::string_view(zeros).substr(0, n)));
      from += n;
      unsynced += n;
      if (unsynced >= slice) {
        FLORIN_TRY_VOID(sync_data());
        unsynced = 0;
      }
    }
    return sync_data();
  }

  const int descriptor_;
  const std::string path_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>, Error> open(const std::string& path, OpenMode mode) override {
    // Not blocking: a pipe under a segment's name would wait for ever for whoever writes into it.
    int flags = O_CLOEXEC | O_NONBLOCK;
    switch (mode) {
      case OpenMode::read: flags |= O_RDONLY; break;
      case OpenMode::write: flags |= O_RDWR; break;
      case OpenMode::create_or_truncate: flags |= O_RDWR | O_CREAT | O_TRUNC; break;
    }
    const int descriptor = uninterrupted([&] { return ::open(path.c_str(), flags, 0640); });
    if (descriptor < 0) return fail("cannot open", path);
    auto file = std::make_unique<PosixFile>(descriptor, path);
    if (!file->is_regular())
      return Err{Error{Errc::io, "cannot open " + path + ": not a regular file"}};
    return std::unique_ptr<File>(std::move(file));
  }

  // Each new directory's name is durable in its parent before anything goes into it.
  Status<Error> create_directories(const std::string& path) override {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return Unit{};
    const auto parent = std::filesystem::absolute(path).parent_path().string();
    if (parent != path) FLORIN_TRY_VOID(create_directories(parent));
    if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST)
      return fail("cannot create directory", path);
    return sync_directory(parent);
  }

  Result<std::vector<std::string>, Error> list(const std::string& directory) override {
    DIR* open_directory = ::opendir(directory.c_str());
    if (open_directory == nullptr) return fail("cannot list", directory);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(open_directory)) names.emplace_back(entry->d_name);
    ::closedir(open_directory);
    std::erase_if(names, [](const std::string& n) { return n == "." || n == ".."; });
    std::sort(names.begin(), names.end());
    return names;
  }

  Status<Error> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return fail("cannot rename to", to);
    return Unit{};
  }

  Status<Error> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return fail("cannot remove", path);
    return Unit{};
  }

  Status<Error> sync_directory(const std::string& directory) override {
    const int descriptor = uninterrupted(
        [&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (descriptor < 0) return fail("cannot open directory", directory);
    const int result = uninterrupted([&] { return ::fsync(descriptor); });
    const int error_number = errno;
    ::close(descriptor);
    if (result != 0) return Err{file_error("cannot fsync directory", directory, error_number)};
    return Unit{};
  }
};

Errc code_of(int error_number) {
  if (error_number == ENOSPC || error_number == EDQUOT) return Errc::disk_full;
  // Somebody else's files will be closed: the disk has refused nothing.
  if (error_number == EMFILE || error_number == ENFILE) return Errc::unavailable;
  return error_number == ENOENT ? Errc::missing : Errc::io;
}

std::string_view advice_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT: return "; free or add space on this file system, then start again";
    case EROFS:
      return "; the file system is mounted read-only: remount it writable or choose another data "
             "directory";
    case EACCES:
    case EPERM:
      return "; give the user that runs this process write permission on the data directory";
    case EMFILE:
    case ENFILE: return "; raise the limit of open files (ulimit -n)";
    default: return "";
  }
}

}  // namespace

FileSystem& posix_file_system() {
  static PosixFileSystem instance;
  return instance;
}

Result<std::optional<FileIdentity>, Error> file_identity(const std::string& path) {
  struct statx found {};
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &found) != 0) {
    if (errno == ENOENT) return std::optional<FileIdentity>();
    return Err{file_error("cannot stat", path, errno)};
  }
  FileIdentity file;
  file.inode = found.stx_ino;
  if ((found.stx_mask & STATX_BTIME) != 0)
    file.born_ns = static_cast<std::uint64_t>(found.stx_btime.tv_sec) * 1'000'000'000U +
                   found.stx_btime.tv_nsec;
  return std::optional<FileIdentity>(file);
}

Error file_error(std::string_view what, std::string_view path, int error_number) {
  std::string text(what);
  text.append(" ").append(path).append(": ").append(std::generic_category().message(error_number));
  text.append(advice_of(error_number));
  return Error{code_of(error_number), std::move(text)};
}

Status<Error> write_fully(File& file, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    FLORIN_TRY(written, file.write_some_at(offset, bytes));
    FLORIN_ASSERT(written > 0 && written <= bytes.size());
    offset += written;
    bytes.remove_prefix(written);
  }
  return Unit{};
}

Status<Error> replace_file(FileSystem& files, const std::string& path, std::string_view bytes) {
  const std::string aside = path + ".tmp";
  {
    FLORIN_TRY(file, files.open(aside, OpenMode::create_or_truncate));
    FLORIN_TRY_VOID(write_fully(*file, 0, bytes));
    FLORIN_TRY_VOID(file->sync_data());
  }
  FLORIN_TRY_VOID(files.rename(aside, path));
  return files.sync_directory(path.substr(0, path.rfind('/')));
}

}  // namespace florin
