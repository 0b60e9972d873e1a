// LmdbStorePlace: where the LMDB environment of one partition lies, and the marks beside it:
//
//   state/p0007/           the environment
//   state/p0007.opening    a start opens it and reads it: there only meanwhile. A start that finds it knows that the last
//                          one died there
//   state/p0007.suspect    a process died inside LMDB on it (lmdb_crash_mark.hpp)
//   state/p0007.damaged/   the last one that was set aside, for whoever wants to know why
//
// Whoever finds a mark does not open the environment: it is set aside, and made again from the log.
#pragma once

#include <memory>
#include <string>

#include "persistence/lmdb/lmdb_state_store.hpp"
#include "persistence/store_place.hpp"

namespace florin {

class LmdbStorePlace final : public StorePlace {
 public:
  explicit LmdbStorePlace(std::string directory, LmdbOptions options = {})
      : directory_(std::move(directory)), options_(options) {}
  // A start that gives up has not died: it may be refused for another partition's sake.
  ~LmdbStorePlace() override { loaded(); }
  LmdbStorePlace(const LmdbStorePlace&) = delete;
  LmdbStorePlace& operator=(const LmdbStorePlace&) = delete;

  Result<std::unique_ptr<StateStore>, Error> open() override;
  void loaded() override;
  Status<Error> set_aside() override;

 private:
  Result<std::unique_ptr<StateStore>, Error> open_marked();
  Status<Error> remove_marks();

  std::string directory_;
  LmdbOptions options_;
  bool is_marked_ = false;
};

}  // namespace florin
