// See disk_book_file.hpp.
#include "runtime/cluster/disk_book_file.hpp"

#include <span>

#include "persistence/journal/posix_file_system.hpp"

namespace florin {

Result<DiskBook, Error> DiskBookFile::read(const std::string& path) {
  auto file = posix_file_system().open(path, OpenMode::read);
  if (!file && file.error().code == Errc::missing) return DiskBook();
  if (!file) return Err{std::move(file).error()};
  FLORIN_TRY(bytes, (*file)->size());
  constexpr std::uint64_t bytes_max = 64 << 20;
  std::string text(std::min(bytes, bytes_max), '\0');
  FLORIN_TRY(size, (*file)->read_at(0, std::span<char>(text)));
  text.resize(size);
  auto book = DiskBook::parse(text);
  if (!book)
    return Err{Error{Errc::corrupt, path + ": " + book.error().context +
                                        "; without it this node cannot recognise other nodes that "
                                        "have lost their disks: remove it only when all of them "
                                        "have theirs"}};
  return book;
}

DiskBookFile::DiskBookFile(std::string path, Failed failed)
    : path_(std::move(path)), failed_(std::move(failed)), thread_([this] { run(); }) {}

void DiskBookFile::write(std::string text) {
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(text);
  }
  condition_.notify_one();
}

void DiskBookFile::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void DiskBookFile::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    condition_.wait(lock, [this] { return stopping_ || waiting_; });
    if (!waiting_) return;
    const std::string text = *std::exchange(waiting_, std::nullopt);
    lock.unlock();
    if (auto done = replace_file(posix_file_system(), path_, text); !done) failed_(done.error());
    lock.lock();
  }
}

}  // namespace florin
