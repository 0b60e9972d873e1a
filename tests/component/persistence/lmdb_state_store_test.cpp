// State of one partition in LMDB on a real disk.
#include "persistence/lmdb/lmdb_state_store.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "persistence/codec/row_batch.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace florin {
namespace {

using test::TemporaryDirectory;

std::unique_ptr<LmdbStateStore> open_ok(const std::string& directory, LmdbOptions options = {}) {
  auto opened = LmdbStateStore::open(directory, options);
  if (opened) return std::move(opened).value();
  ADD_FAILURE() << opened.error().context;
  return nullptr;
}

std::string get_or_none(StateStore& store, Table table, std::string_view key) {
  const auto value = store.get(table, key).value();
  return value ? std::string(*value) : "(none)";
}

std::string scan_text(StateStore& store, Table table, std::string_view prefix) {
  std::string text;
  EXPECT_TRUE(store.scan(table, prefix, [&](std::string_view key, std::string_view value) {
    text.append(key).append("=").append(value).append(" ");
    return true;
  }));
  return text;
}

TEST(LmdbStateStore, KeepsWritesOfAllTablesAcrossReopening) {
  TemporaryDirectory directory;
  {
    auto store = open_ok(directory / "p");
    ASSERT_TRUE(store->write({{Table::due, "d", ""},
                              {Table::index, "f", "6"},
                              {Table::meta, "applied", "42"},
                              {Table::accounts, "alice", "1"},
                              {Table::transfers, "t", "2"},
                              {Table::legs, "l", "3"},
                              {Table::records, "r", "5"}}));
  }
  auto store = open_ok(directory / "p");
  EXPECT_EQ(get_or_none(*store, Table::meta, "applied"), "42");
  EXPECT_EQ(get_or_none(*store, Table::accounts, "alice"), "1");
  EXPECT_EQ(get_or_none(*store, Table::index, "f"), "6");
  EXPECT_EQ(get_or_none(*store, Table::due, "d"), "");
  EXPECT_EQ(get_or_none(*store, Table::meta, "alice"), "(none)");
}

TEST(LmdbStateStore, ScansAPrefixInKeyOrderUntilToldToStop) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p");
  ASSERT_TRUE(store->write({{Table::records, "b2", "3"},
                            {Table::records, "a", "1"},
                            {Table::records, "b1", "2"},
                            {Table::records, "c", "4"}}));
  EXPECT_EQ(scan_text(*store, Table::records, "b"), "b1=2 b2=3 ");
  EXPECT_EQ(scan_text(*store, Table::records, ""), "a=1 b1=2 b2=3 c=4 ");
  EXPECT_EQ(scan_text(*store, Table::records, "d"), "");
  int visited = 0;
  ASSERT_TRUE(store->scan(Table::records, "", [&](auto, auto) { return ++visited < 2; }));
  EXPECT_EQ(visited, 2);
  std::string seen;
  ASSERT_TRUE(store->scan_from(Table::records, "b1x", [&](std::string_view key, auto) {
    seen.append(key).append(" ");
    return true;
  }));
  EXPECT_EQ(seen, "b2 c ") << "from there to the end of the table, whatever it begins with";
}

TEST(LmdbStateStore, VisitorMayReadOtherRows) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p");
  ASSERT_TRUE(
      store->write({{Table::legs, "1", "a"}, {Table::legs, "2", "b"}, {Table::meta, "m", "x"}}));
  std::string seen;
  ASSERT_TRUE(store->scan(Table::legs, "", [&](std::string_view key, std::string_view) {
    seen.append(key).append(get_or_none(*store, Table::meta, "m"));
    return true;
  }));
  EXPECT_EQ(seen, "1x2x");
}

TEST(LmdbStateStore, LaterWriteOfTheSameKeyWinsAndDeletesOfAbsentKeysAreFine) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p");
  ASSERT_TRUE(
      store->write({{Table::meta, "k", "1"}, {Table::meta, "k", "2"}, {Table::meta, "gone", "1"}}));
  ASSERT_TRUE(store->write({{Table::meta, "gone", std::nullopt},
                            {Table::meta, "never", std::nullopt},
                            {Table::meta, "x", "1"},
                            {Table::meta, "x", std::nullopt}}));
  EXPECT_EQ(scan_text(*store, Table::meta, ""), "k=2 ");
}

TEST(LmdbStateStore, WriteThatFailsChangesNothing) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p");
  ASSERT_TRUE(store->write({{Table::meta, "applied", "1"}}));
  const auto failed = store->write({{Table::meta, "applied", "2"},
                                    {Table::accounts, "a", "1"},
                                    {Table::records, std::string(512, 'k'), "key too long"}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::invalid);
  EXPECT_EQ(get_or_none(*store, Table::meta, "applied"), "1");
  EXPECT_EQ(get_or_none(*store, Table::accounts, "a"), "(none)");
  ASSERT_TRUE(store->write({{Table::records, std::string(511, 'k'), "fits"}}));
}

constexpr LmdbOptions tiny_map{.map_bytes = 1 << 20, .map_growth_min = 1 << 20};

TEST(LmdbStateStore, TheMapGrowsBeforeItIsFull) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p", tiny_map);
  const std::string big(100'000, 'x');
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(store->write({{Table::accounts, "k" + std::to_string(i), big}})) << i;
    ASSERT_EQ(get_or_none(*store, Table::accounts, "k" + std::to_string(i)), big);
    ASSERT_LT(store->used_bytes() + big.size(), store->map_bytes());
  }
  EXPECT_GE(store->map_bytes(), std::size_t{6} << 20);
  EXPECT_EQ(get_or_none(*store, Table::accounts, "k0"), big);
}

TEST(LmdbStateStore, TheMapGrowsBetweenReadsOfOtherThreads) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p", tiny_map);
  const std::string big(100'000, 'x');
  ASSERT_TRUE(store->write({{Table::accounts, "a", big}, {Table::accounts, "b", big}}));
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      EXPECT_TRUE(store->scan(Table::accounts, "", [&](std::string_view, std::string_view value) {
        EXPECT_EQ(value, big) << "the map is not replaced under a visitor";
        return get_or_none(*store, Table::accounts, "a") == big;
      }));
    }
  });
  for (int i = 0; i < 60; ++i)
    EXPECT_TRUE(store->write({{Table::accounts, "k" + std::to_string(i), big}}));
  done = true;
  reader.join();
  EXPECT_GE(store->map_bytes(), std::size_t{6} << 20);
  EXPECT_EQ(store->open_reads(), 0U);
}

// Without address space (as much as is asked for here no process has), or beyond what somebody allowed.
TEST(LmdbStateStore, AMapThatCannotGrowTakesWhatFitsAndLosesNothing) {
  const std::array options{
      LmdbOptions{
          .map_bytes = 1 << 20, .map_growth_min = std::size_t{1} << 56, .map_bytes_max = SIZE_MAX},
      LmdbOptions{.map_bytes = 1 << 20, .map_growth_min = 1 << 20, .map_bytes_max = 1 << 20}};
  for (const LmdbOptions& option : options) {
    TemporaryDirectory directory;
    const std::string big(100'000, 'x');
    auto store = open_ok(directory / "p", option);
    int written = 0;
    Status<Error> status = Unit{};
    while (written < 40 &&
           (status = store->write({{Table::accounts, "k" + std::to_string(written), big}})))
      ++written;
    EXPECT_GE(written, 5);
    if (option.map_bytes_max == SIZE_MAX) {
      EXPECT_EQ(written, 40) << "a smaller step was possible";
      continue;
    }
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Errc::disk_full);
    EXPECT_NE(status.error().context.find("may not grow"), std::string::npos);
    EXPECT_EQ(get_or_none(*store, Table::accounts, "k" + std::to_string(written - 1)), big);
    EXPECT_EQ(get_or_none(*store, Table::accounts, "k" + std::to_string(written)), "(none)");
    EXPECT_TRUE(store->write({{Table::meta, "small", "fits"}}));
    store.reset();
    store = open_ok(directory / "p", tiny_map);
    EXPECT_TRUE(store->write({{Table::accounts, "k" + std::to_string(written), big}}));
  }
}

TEST(LmdbStateStore, ValueStaysValidWhileAnotherThreadWrites) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p");
  ASSERT_TRUE(store->write({{Table::meta, "k", std::string(1000, 'a')}}));
  const auto value = store->get(Table::meta, "k").value();
  std::thread([&] {
    for (char c = 'b'; c < 'z'; ++c)
      EXPECT_TRUE(store->write({{Table::meta, "k", std::string(1000, c)}}));
  }).join();
  EXPECT_EQ(*value, std::string(1000, 'a'));
  EXPECT_EQ(get_or_none(*store, Table::meta, "k"), std::string(1000, 'y'));
}

// Pages that a read transaction sees cannot be used again, so one that stays open makes the file grow with every write.
TEST(LmdbStateStore, ARowThatWasReadOnceDoesNotKeepThePagesOfThatMoment) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p");
  const auto rewrite = [&](int times) {
    for (int i = 0; i < times; ++i)
      ASSERT_TRUE(store->write({{Table::accounts, "a", std::string(20'000, 'x')}}));
  };
  rewrite(20);
  const auto before = std::filesystem::file_size(directory / "p/data.mdb");
  EXPECT_EQ(get_or_none(*store, Table::accounts, "a").size(), 20'000U);
  EXPECT_EQ(store->open_reads(), 0U);
  rewrite(200);
  EXPECT_LE(std::filesystem::file_size(directory / "p/data.mdb"), 2 * before)
      << "200 writes of one row of 20 kB, behind one read";
}

TEST(LmdbStateStore, ReadersSeeWholeWritesOnly) {
  TemporaryDirectory directory;
  auto store = open_ok(directory / "p");
  ASSERT_TRUE(store->write({{Table::accounts, "a", "0"}, {Table::accounts, "b", "0"}}));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i <= 150; ++i)
      EXPECT_TRUE(store->write(
          {{Table::accounts, "a", std::to_string(i)}, {Table::accounts, "b", std::to_string(i)}}));
    done = true;
  });
  while (!done) {
    std::vector<std::string> values;
    EXPECT_TRUE(store->scan(Table::accounts, "", [&](std::string_view, std::string_view value) {
      values.emplace_back(value);
      return true;
    }));
    EXPECT_EQ(values[0], values[1]);
    EXPECT_TRUE(store->get(Table::accounts, "a"));
  }
  writer.join();
}

TEST(LmdbStateStore, BehavesAsAnOrderedMapUnderRandomWrites) {
  TemporaryDirectory directory;
  std::mt19937_64 random(5);
  std::map<std::string, std::string> model;
  auto store = open_ok(directory / "p");
  for (int round = 0; round < 40; ++round) {
    RowBatch rows;
    for (int i = 0; i < 60; ++i) {
      const std::string key = "k" + std::to_string(random() % 300);
      if (random() % 3 == 0) {
        model.erase(key);
        rows.remove(Table::records, key);
      } else {
        model[key] = std::to_string(random());
        rows.put(Table::records, key, model[key]);
      }
    }
    std::vector<StateWrite> writes;
    rows.append_to(writes);
    ASSERT_TRUE(store->write(std::move(writes)));
    if (round % 10 == 9) {
      store.reset();
      store = open_ok(directory / "p");
    }
    std::string expected;
    for (const auto& [key, value] : model) expected += key + "=" + value + " ";
    ASSERT_EQ(scan_text(*store, Table::records, ""), expected);
  }
}

TEST(LmdbStateStore, KilledWriterLeavesWholeWritesOnly) {
  TemporaryDirectory directory;
  int progress[2];
  ASSERT_EQ(::pipe(progress), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto opened = LmdbStateStore::open(directory / "p");
    if (!opened) ::_exit(1);
    for (int i = 1;; ++i) {
      const std::string value = std::to_string(i);
      if (!(*opened)->write({{Table::meta, "applied", value}, {Table::accounts, "a", value}}))
        ::_exit(1);
      if (::write(progress[1], &i, sizeof i) != sizeof i) ::_exit(1);
    }
  }
  ::close(progress[1]);
  int last = 0;
  for (int i = 0; ::read(progress[0], &i, sizeof i) == sizeof i;) {
    last = i;
    if (i == 50) ::kill(child, SIGKILL);
  }
  ::close(progress[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  auto store = open_ok(directory / "p");
  const std::string applied = get_or_none(*store, Table::meta, "applied");
  EXPECT_GE(std::stoi(applied), last);
  EXPECT_EQ(get_or_none(*store, Table::accounts, "a"), applied);
}

TEST(LmdbStateStore, DamagedEnvironmentIsRefusedWithPathAndAdvice) {
  TemporaryDirectory directory;
  { ASSERT_TRUE(open_ok(directory / "p")->write({{Table::meta, "k", std::string(50'000, 'v')}})); }
  const std::string data = directory / "p/data.mdb";
  {
    std::filesystem::copy_file(data, directory / "good");
    std::filesystem::resize_file(data, 16 * 1024);
    auto opened = LmdbStateStore::open(directory / "p");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::corrupt);
  }
  std::filesystem::copy_file(directory / "good", data,
                             std::filesystem::copy_options::overwrite_existing);
  {
    std::fstream file(data, std::ios::in | std::ios::out | std::ios::binary);
    file.write(std::string(8192, 'z').data(), 8192);
  }
  auto opened = LmdbStateStore::open(directory / "p");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::corrupt);
  EXPECT_NE(opened.error().context.find(directory / "p"), std::string::npos);
  EXPECT_NE(opened.error().context.find("sets this directory aside"), std::string::npos);
}

// In data.mdb: the two meta pages lead to the tree of the free pages, whose leaf has, by transaction, how many pages became
// free and which. LMDB 0.9, on a machine of 64 bits with pages of 4,096 bytes.
struct FreeList {
  static constexpr std::size_t page = 4096;
  static constexpr std::size_t header = 16;
  static constexpr std::size_t root_of_free = 64;  // in a meta page, behind its header
  static constexpr std::size_t transaction = 128;

  explicit FreeList(const std::string& file) : path(file) {
    std::ifstream from(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(from), {});
  }
  template <class T>
  T at(std::size_t place) const {
    T value{};
    std::memcpy(&value, bytes.data() + place, sizeof(value));
    return value;
  }
  // The free pages are this one and those before it now; how many they are.
  std::uint64_t name_all(std::uint64_t number) {
    const auto newest =
        at<std::uint64_t>(header + transaction) > at<std::uint64_t>(page + header + transaction)
            ? header
            : page + header;
    const auto leaf = at<std::uint64_t>(newest + root_of_free) * page;
    std::uint64_t named = 0;
    for (std::size_t node = 0; node < (at<std::uint16_t>(leaf + 12) - header) / 2; ++node) {
      const std::size_t data = leaf + at<std::uint16_t>(leaf + header + 2 * node) + 8 + 8;
      for (std::uint64_t i = 1; i <= at<std::uint64_t>(data); ++i) {
        const std::uint64_t name = number - named++;
        std::memcpy(bytes.data() + data + 8 * i, &name, sizeof(name));
      }
    }
    std::ofstream(path, std::ios::binary) << bytes;
    return named;
  }

  std::string path;
  std::string bytes;
};

// Seen in flipped_state_test: florind ended with "File too large", and so did every later start.
TEST(LmdbStateStore, WrongNumbersOfFreePagesAreDamageAndNoErrorOfTheDisk) {
  for (const std::uint64_t number : {std::uint64_t{1} << 50, std::uint64_t{1} << 51}) {
    TemporaryDirectory directory;
    {
      auto store = open_ok(directory / "p");
      for (const char* value : {"1", "2", "3", "4"})
        ASSERT_TRUE(store->write({{Table::meta, "k", value}}));
    }
    ASSERT_GT(FreeList(directory / "p/data.mdb").name_all(number), 0);
    auto store = open_ok(directory / "p");
    ASSERT_NE(store, nullptr);
    Status<Error> written = Unit{};
    for (int i = 0; i < 4 && written; ++i) written = store->write({{Table::meta, "k", "5"}});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::corrupt) << written.error().context;
    EXPECT_NE(written.error().context.find("sets this directory aside"), std::string::npos);
  }
}

TEST(LmdbStateStore, ReadOnlySeesTheStoreAndMissesAnAbsentOne) {
  TemporaryDirectory directory;
  EXPECT_EQ(LmdbStateStore::open(directory / "p", {.read_only = true}).error().code, Errc::missing);
  { ASSERT_TRUE(open_ok(directory / "p")->write({{Table::meta, "k", "v"}})); }
  auto store = open_ok(directory / "p", {.read_only = true});
  EXPECT_EQ(get_or_none(*store, Table::meta, "k"), "v");
}

TEST(LmdbStateStore, DirectoriesAreNamedByPartition) {
  EXPECT_EQ(state_directory("/data", 7), "/data/state/p0007");
}

}  // namespace
}  // namespace florin
