// See disk_book_file.hpp.
#include "runtime/cluster/disk_book_file.hpp"

#include <utility>

#include "persistence/journal/posix_file_system.hpp"

namespace florin {

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
