// The helper thread that keeps one empty segment in stock.
#include "persistence/journal/segment/segment_preparer.hpp"

namespace florin::journal {

SegmentPreparer::SegmentPreparer(FileSystem& files, std::string directory, std::uint64_t bytes,
                                 bool ahead, std::chrono::milliseconds retry_pause)
    : files_(files),
      directory_(std::move(directory)),
      path_(directory_ + "/next.seg.tmp"),
      bytes_(bytes),
      ahead_(ahead),
      retry_pause_(retry_pause) {
  if (ahead_) helper_ = std::thread([this] { loop(); });
}

SegmentPreparer::~SegmentPreparer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (helper_.joinable()) helper_.join();
}

void SegmentPreparer::prepare() {
  if (!ahead_) return;
  {
    std::lock_guard lock(mutex_);
    if (preparing_ || ready_) return;
    preparing_ = true;
  }
  run([this] { prepare_in_helper(); });
}

void SegmentPreparer::prepare_in_helper() {
  auto made = make_file(bytes_);
  {
    std::unique_lock lock(mutex_);
    const auto is_over = [this] { return stopping_ || wanted_; };
    while (!made && made.error().code == Errc::unavailable && !is_over()) {
      warning_ = made.error();
      changed_.wait_for(lock, retry_pause_, is_over);
      lock.unlock();
      made = make_file(bytes_);
      lock.lock();
    }
    preparing_ = false;
    ready_ = made.has_value();
    if (made)
      warning_.reset();
    else
      warning_ = std::move(made).error();
  }
  changed_.notify_all();
}

Result<std::string, Error> SegmentPreparer::take(std::uint64_t bytes) {
  bool ready = false;
  {
    std::unique_lock lock(mutex_);
    wanted_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !preparing_; });
    wanted_ = false;
    ready = std::exchange(ready_, false);
  }
  if (!ready || bytes > bytes_) FLORIN_TRY_VOID(make_file(std::max(bytes, bytes_)));
  return path_;
}

void SegmentPreparer::run(std::function<void()> errand) {
  if (!ahead_) return errand();
  {
    std::lock_guard lock(mutex_);
    errands_.push_back(std::move(errand));
  }
  changed_.notify_all();
}

void SegmentPreparer::run_next(std::function<void()> errand) {
  if (!ahead_) return errand();
  {
    std::lock_guard lock(mutex_);
    errands_.push_front(std::move(errand));
  }
  changed_.notify_all();
}

std::optional<Error> SegmentPreparer::warning() const {
  std::lock_guard lock(mutex_);
  return warning_;
}

void SegmentPreparer::pause(Error why) {
  std::unique_lock lock(mutex_);
  warning_ = std::move(why);
  changed_.wait_for(lock, retry_pause_, [this] { return stopping_; });
}

void SegmentPreparer::warn(Error error) {
  std::lock_guard lock(mutex_);
  warning_ = std::move(error);
}

Status<Error> SegmentPreparer::make_file(std::uint64_t bytes) {
  auto made = [&]() -> Status<Error> {
    FLORIN_TRY(file, files_.open(path_, OpenMode::create_or_truncate));
    return file->preallocate(bytes);
  }();
  if (!made) (void)files_.remove(path_);  // a half-made file would only hold space
  return made;
}

void SegmentPreparer::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !errands_.empty(); });
    if (errands_.empty()) return;
    auto errand = std::move(errands_.front());
    errands_.pop_front();
    lock.unlock();
    errand();
    lock.lock();
  }
}

}  // namespace florin::journal
