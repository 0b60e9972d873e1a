// Two copies of every file, as read and as on the disk, and what lies between them.
#include "sim/ports/sim_disk.hpp"

#include <algorithm>
#include <cerrno>

#include "persistence/journal/posix_file_system.hpp"

namespace florin::sim {
namespace {

constexpr std::uint64_t sector_bytes = 512;

bool all_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == '\0'; });
}

}  // namespace

class SimFile final : public File {
 public:
  SimFile(SimDisk& disk, std::shared_ptr<SimDisk::Inode> inode, std::string path)
      : disk_(disk), inode_(std::move(inode)), path_(std::move(path)) {}

  Result<std::size_t, Error> write_some_at(std::uint64_t offset, std::string_view bytes) override {
    if (disk_.dead_) return Err{disk_.power_is_gone(path_)};
    const bool whole = disk_.begin_operation();
    if (!whole) bytes = bytes.substr(0, disk_.random_.bounded(bytes.size() + 1));
    const std::uint64_t end = offset + bytes.size();
    if (end > inode_->cache.size()) {
      if (!disk_.has_room(end - inode_->cache.size()))
        return Err{file_error("cannot write", path_, ENOSPC)};
      inode_->cache.resize(end, '\0');
    }
    inode_->cache.replace(offset, bytes.size(), bytes);
    if (!bytes.empty()) inode_->dirty.push_back({offset, bytes.size()});
    if (!whole) return Err{disk_.power_is_gone(path_)};
    return bytes.size();
  }

  Result<std::size_t, Error> read_at(std::uint64_t offset, std::span<char> into) override {
    if (disk_.dead_) return Err{disk_.power_is_gone(path_)};
    if (offset >= inode_->cache.size()) return std::size_t{0};
    return inode_->cache.copy(into.data(), into.size(), offset);
  }

  Status<Error> sync_data() override {
    if (disk_.dead_) return Err{disk_.power_is_gone(path_)};
    const bool whole = disk_.begin_operation();
    const bool fails = whole && std::exchange(disk_.fail_next_sync_, false);
    disk_.write_sectors(*inode_, whole && !fails);
    if (!whole) return Err{disk_.power_is_gone(path_)};
    if (fails) return Err{file_error("cannot fdatasync", path_, EIO)};
    return Unit{};
  }

  Status<Error> preallocate(std::uint64_t bytes) override {
    if (disk_.dead_) return Err{disk_.power_is_gone(path_)};
    if (!disk_.begin_operation()) return Err{disk_.power_is_gone(path_)};
    if (bytes <= inode_->cache.size()) return Unit{};
    if (!disk_.has_room(bytes - inode_->cache.size()))
      return Err{file_error("cannot allocate", path_, ENOSPC)};
    inode_->cache.resize(bytes, '\0');
    disk_.write_sectors(*inode_, true);
    inode_->disk.resize(bytes, '\0');
    return Unit{};
  }

  Result<std::uint64_t, Error> size() override {
    if (disk_.dead_) return Err{disk_.power_is_gone(path_)};
    return static_cast<std::uint64_t>(inode_->cache.size());
  }

 private:
  SimDisk& disk_;
  const std::shared_ptr<SimDisk::Inode> inode_;
  const std::string path_;
};

bool SimDisk::begin_operation() {
  ++operations_;
  if (!operations_left_ || --*operations_left_ > 0) return true;
  operations_left_.reset();
  dead_ = true;
  return false;
}

Error SimDisk::power_is_gone(const std::string& path) const {
  return {Errc::io, path + ": the simulated power is gone"};
}

// From the cache to the disk: all unsynced sectors, or each by chance. Either way none is dirty any more.
void SimDisk::write_sectors(Inode& inode, bool all) {
  if (inode.disk.size() < inode.cache.size()) inode.disk.resize(inode.cache.size(), '\0');
  for (const Range& range : inode.dirty) {
    const std::uint64_t end = range.offset + range.bytes;
    for (std::uint64_t at = range.offset; at < end;) {
      const std::uint64_t stop = std::min(end, (at / sector_bytes + 1) * sector_bytes);
      if (all || random_.permille(500))
        inode.disk.replace(at, stop - at, inode.cache, at, stop - at);
      at = stop;
    }
    if (all && !all_zero(std::string_view(inode.cache).substr(range.offset, range.bytes)))
      inode.synced.push_back(range);
  }
  inode.dirty.clear();
}

// --- names ---------------------------------------------------------------------------------------------

Result<std::unique_ptr<File>, Error> SimDisk::open(const std::string& path, OpenMode mode) {
  if (dead_) return Err{power_is_gone(path)};
  auto found = names_.find(path);
  if (mode == OpenMode::create_or_truncate) {
    if (!begin_operation()) return Err{power_is_gone(path)};
    if (full_) return Err{file_error("cannot open", path, ENOSPC)};
    change_name(path, std::make_shared<Inode>());
    found = names_.find(path);
  }
  if (found == names_.end()) return Err{file_error("cannot open", path, ENOENT)};
  return std::unique_ptr<File>(std::make_unique<SimFile>(*this, found->second, path));
}

void SimDisk::change_name(const std::string& path, std::shared_ptr<Inode> inode) {
  unsynced_names_.push_back({path, inode});
  if (inode)
    names_.insert_or_assign(path, std::move(inode));
  else
    names_.erase(path);
}

Status<Error> SimDisk::create_directories(const std::string& path) {
  if (dead_) return Err{power_is_gone(path)};
  return Unit{};
}

Result<std::vector<std::string>, Error> SimDisk::list(const std::string& directory) {
  if (dead_) return Err{power_is_gone(directory)};
  std::vector<std::string> found;
  for (const auto& [path, inode] : names_) {
    const auto slash = path.rfind('/');
    if (slash != std::string::npos && path.compare(0, slash, directory) == 0)
      found.push_back(path.substr(slash + 1));
  }
  return found;
}

Status<Error> SimDisk::rename(const std::string& from, const std::string& to) {
  if (dead_) return Err{power_is_gone(from)};
  const auto found = names_.find(from);
  if (found == names_.end()) return Err{file_error("cannot rename", from, ENOENT)};
  if (!begin_operation()) return Err{power_is_gone(from)};
  // One change on the disk: the new name is there and the old one gone, or neither.
  change_name(to, found->second);
  names_.erase(from);
  unsynced_names_.push_back({from, nullptr});
  return Unit{};
}

Status<Error> SimDisk::remove(const std::string& path) {
  if (dead_) return Err{power_is_gone(path)};
  if (!names_.contains(path)) return Err{file_error("cannot remove", path, ENOENT)};
  if (!begin_operation()) return Err{power_is_gone(path)};
  change_name(path, nullptr);
  return Unit{};
}

Status<Error> SimDisk::sync_directory(const std::string& directory) {
  if (dead_) return Err{power_is_gone(directory)};
  if (!begin_operation()) return Err{power_is_gone(directory)};
  durable_names_ = names_;
  unsynced_names_.clear();
  return Unit{};
}

// --- faults --------------------------------------------------------------------------------------------

void SimDisk::lose_power() {
  std::size_t kept = unsynced_names_.empty() ? 0 : random_.bounded(unsynced_names_.size() + 1);
  // A rename is two changes here and one on the disk.
  if (kept > 0 && kept < unsynced_names_.size() && unsynced_names_[kept].inode == nullptr &&
      unsynced_names_[kept - 1].inode != nullptr)
    ++kept;
  for (std::size_t i = 0; i < kept; ++i) {
    if (unsynced_names_[i].inode)
      durable_names_.insert_or_assign(unsynced_names_[i].path, unsynced_names_[i].inode);
    else
      durable_names_.erase(unsynced_names_[i].path);
  }
  unsynced_names_.clear();
  names_ = durable_names_;
  for (auto& [path, inode] : names_) {
    write_sectors(*inode, false);
    inode->cache = inode->disk;
  }
  dead_ = false;
  operations_left_.reset();
}

void SimDisk::wipe() {
  names_.clear();
  durable_names_.clear();
  unsynced_names_.clear();
  damages_.clear();
}

SimDisk::Image SimDisk::image() const {
  Image image;
  for (const auto& [path, inode] : durable_names_)
    image.insert({path, {inode->disk, inode->disk, {}, inode->synced}});
  return image;
}

void SimDisk::put_back(const Image& image) {
  wipe();
  for (const auto& [path, inode] : image) names_.insert({path, std::make_shared<Inode>(inode)});
  durable_names_ = names_;
}

std::optional<std::string> SimDisk::durable(const std::string& path) const {
  const auto found = durable_names_.find(path);
  if (found == durable_names_.end()) return std::nullopt;
  return found->second->disk;
}

std::uint64_t SimDisk::used_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [path, inode] : names_) bytes += inode->cache.size();
  return bytes;
}

void SimDisk::set_room(std::optional<std::uint64_t> bytes) {
  capacity_.reset();
  if (bytes) capacity_ = used_bytes() + *bytes;
}

std::uint64_t SimDisk::free_bytes() const {
  if (full_) return 0;
  if (!capacity_) return UINT64_MAX;
  const std::uint64_t used = used_bytes();
  return used < *capacity_ ? *capacity_ - used : 0;
}

void SimDisk::stop_faults() {
  full_ = fail_next_sync_ = false;
  capacity_.reset();
  operations_left_.reset();
}

// Everything that was synced, apart from the last block of each file (see the fault model).
std::vector<SimDisk::Damage> SimDisk::damageable() const {
  std::vector<Damage> found;
  for (const auto& [path, inode] : names_) {
    std::uint64_t last = 0;
    for (const Range& range : inode->synced) last = std::max(last, range.offset);
    for (const Range& range : inode->synced) {
      if (range.offset + range.bytes > last || range.offset + range.bytes > inode->disk.size())
        continue;
      found.push_back({inode, range.offset, inode->disk.substr(range.offset, range.bytes)});
    }
  }
  return found;
}

bool SimDisk::damage() {
  std::vector<Damage> choices = damageable();
  if (choices.empty()) return false;
  Damage damage = std::move(choices[random_.bounded(choices.size())]);
  std::string wrong = damage.bytes;
  if (random_.permille(500)) {  // one or two bits
    for (std::uint64_t flips = 1 + random_.bounded(2); flips > 0; --flips)
      wrong[random_.bounded(wrong.size())] ^= static_cast<char>(1 << random_.bounded(8));
  } else {  // another write landed here
    const std::string& other = choices[random_.bounded(choices.size())].bytes;
    const std::size_t hit = std::min(wrong.size(), other.size());
    wrong.replace(0, hit, other, 0, hit);
  }
  if (wrong == damage.bytes) wrong.front() ^= 1;
  for (std::string* copy : {&damage.inode->cache, &damage.inode->disk})
    copy->replace(damage.offset, wrong.size(), wrong);
  damages_.push_back(std::move(damage));
  return true;
}

void SimDisk::undo_damage() {
  for (; !damages_.empty(); damages_.pop_back()) {
    const Damage& damage = damages_.back();
    for (std::string* copy : {&damage.inode->cache, &damage.inode->disk})
      copy->replace(damage.offset, damage.bytes.size(), damage.bytes);
  }
}

}  // namespace florin::sim
