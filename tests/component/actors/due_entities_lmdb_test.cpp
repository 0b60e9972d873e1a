// Entities that wait for a time, over a real LMDB store.
#include "persistence/checked_state_store.hpp"
#include "persistence/lmdb/lmdb_store_place.hpp"
#include "tests/component/persistence/temporary_directory.hpp"
#include "tests/support/due_cases.hpp"

namespace florin::test {
namespace {

class InLmdb {
 public:
  InLmdb() {
    auto opened = CheckedStateStore::open(std::make_unique<LmdbStorePlace>(directory_ / "p"));
    EXPECT_TRUE(opened) << opened.error().context;
    store_ = std::move(*opened);
  }
  StateStore& store() { return *store_; }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<CheckedStateStore> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Lmdb, DueEntitiesCases, InLmdb);

}  // namespace
}  // namespace florin::test
