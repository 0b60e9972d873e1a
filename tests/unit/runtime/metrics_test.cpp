// What is counted is on the page, under names that Prometheus' own linter accepts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

#include "runtime/metrics/metrics.hpp"
#include "runtime/metrics/process_stats.hpp"

namespace florin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Instruments, HistogramCountsEachValueInTheFirstBucketThatHoldsIt) {
  Histogram histogram{10, 20};
  for (const std::uint64_t value : {0UL, 10UL, 11UL, 20UL, 21UL}) histogram.observe(value);
  histogram.observe(5, 3);
  EXPECT_EQ(histogram.count(0), 5U);
  EXPECT_EQ(histogram.count(1), 2U);
  EXPECT_EQ(histogram.count(2), 1U);
  EXPECT_EQ(histogram.sum(), 62U + 15U);
}

TEST(Instruments, LoseNothingWhenManyThreadsCount) {
  Histogram histogram{1};
  Counter counter;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        counter.add();
        histogram.observe(2);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40'000U);
  EXPECT_EQ(histogram.count(1), 40'000U);
  EXPECT_EQ(histogram.sum(), 80'000U);
}

TEST(Metrics, ANodeThatStandsStillIsNotReadyWhateverItWasBefore) {
  Metrics metrics(1);
  metrics.ready(true);
  metrics.parts_silent(NodePart::journal, 1);
  metrics.stands_still(true);
  EXPECT_THAT(metrics.render(), HasSubstr("florin_ready 0\n"));
  EXPECT_THAT(metrics.render(), HasSubstr("florin_parts_silent{part=\"journal\"} 1\n"));
  EXPECT_THAT(metrics.render(), HasSubstr("florin_parts_silent{part=\"links\"} 0\n"));
  metrics.stands_still(false);
  EXPECT_THAT(metrics.render(), HasSubstr("florin_ready 1\n"));
}

TEST(Metrics, ShowsTransfersByProtocolAndOutcome) {
  Metrics metrics(1);
  metrics.transfers_finished(Protocol::tcc, TransferEnd::completed, 3);
  metrics.transfers_finished(Protocol::local, TransferEnd::refused);
  const auto page = metrics.render();
  EXPECT_THAT(
      page,
      HasSubstr("florin_transfers_finished_total{protocol=\"tcc\",outcome=\"completed\"} 3\n"));
  EXPECT_THAT(
      page,
      HasSubstr("florin_transfers_finished_total{protocol=\"local\",outcome=\"refused\"} 1\n"));
  EXPECT_THAT(
      page,
      HasSubstr("florin_transfers_finished_total{protocol=\"saga\",outcome=\"completed\"} 0\n"));
}

TEST(Metrics, ShowsGaugesByPartition) {
  Metrics metrics(2);
  metrics.inbox_depth(1, 17);
  metrics.transfers_in_flight(0, 5, 5);
  metrics.entities_resident(1, std::array<std::size_t, 3>{9, 0, 4});
  metrics.books_difference(1, 941);
  const auto page = metrics.render();
  EXPECT_THAT(page, HasSubstr("florin_inbox_messages{partition=\"0\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("florin_inbox_messages{partition=\"1\"} 17\n"));
  EXPECT_THAT(page, HasSubstr("florin_transfers_in_flight{partition=\"0\"} 5\n"));
  EXPECT_THAT(page, HasSubstr("florin_books_difference{partition=\"0\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("florin_books_difference{partition=\"1\"} 941\n"));
  EXPECT_THAT(page, HasSubstr("florin_entities_resident{partition=\"1\",kind=\"account\"} 9\n"));
  EXPECT_THAT(page, HasSubstr("florin_entities_resident{partition=\"1\",kind=\"transfer\"} 4\n"));
}

TEST(Metrics, ShowsReplicasAndLinksOfAClustersNode) {
  Metrics metrics(1);
  EXPECT_THAT(metrics.render(), testing::Not(HasSubstr("florin_raft_")));
  metrics.cluster([] {
    ClusterView view;
    view.replicas.push_back({.group = 4,
                             .role = "leader",
                             .term = 3,
                             .leader = 1,
                             .commit = 10,
                             .last = 12,
                             .elections = 2,
                             .voters = {},
                             .learners = {}});
    view.peers.push_back({.node = 2, .address = "", .is_up = true, .sent_bytes = 5});
    return view;
  });
  const auto page = metrics.render();
  EXPECT_THAT(page, HasSubstr("florin_raft_leader{partition=\"4\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("florin_raft_commit_index{partition=\"4\"} 10\n"));
  EXPECT_THAT(page, HasSubstr("florin_raft_last_index{partition=\"4\"} 12\n"));
  EXPECT_THAT(page, HasSubstr("florin_raft_elections_total{partition=\"4\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("florin_link_up{node=\"2\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("florin_link_sent_bytes_total{node=\"2\"} 5\n"));
}

TEST(Metrics, ShowsThoseWhomItCallsAsLongAsTheyAreThere) {
  Metrics metrics(1);
  std::deque<OutsideMetrics> parties;
  OutsideMetrics& party = parties.emplace_back("sandbox");
  party.ended[static_cast<std::size_t>(psp::HttpEnd::whole)].add(3);
  party.failed[static_cast<std::size_t>(psp::HttpFault::timed_out)].add();
  party.by_status_class[2].add(3);
  party.breaker.set(1);
  party.duration.observe(20 * OutsideMetrics::ms);
  metrics.outside(&parties);
  const std::string page = metrics.render();
  EXPECT_THAT(page, HasSubstr("florin_outside_calls_total{party=\"sandbox\",end=\"whole\"} 3\n"));
  EXPECT_THAT(page,
              HasSubstr("florin_outside_faults_total{party=\"sandbox\",fault=\"timed_out\"} 1\n"));
  EXPECT_THAT(page,
              HasSubstr("florin_outside_answers_total{party=\"sandbox\",status=\"2xx\"} 3\n"));
  EXPECT_THAT(page, HasSubstr("florin_outside_breaker{party=\"sandbox\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("florin_outside_duration_seconds_sum{party=\"sandbox\"} 0.02\n"));
  metrics.outside(nullptr);
  EXPECT_THAT(metrics.render(), Not(HasSubstr("florin_outside")));
}

TEST(Metrics, ShowsDurationsInSeconds) {
  Metrics metrics(1);
  metrics.turn_finished(3, 40us);
  metrics.journal_committed(2, 5000, 3ms);
  metrics.checkpoint_finished(100, 2s);
  metrics.recovery_finished(7, 1500ms);
  const auto page = metrics.render();
  EXPECT_THAT(page, HasSubstr("florin_turn_messages_bucket{le=\"2\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("florin_turn_messages_bucket{le=\"4\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("florin_turn_messages_bucket{le=\"+Inf\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("florin_turn_duration_seconds_bucket{le=\"2.5e-05\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("florin_turn_duration_seconds_bucket{le=\"5e-05\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("florin_turn_duration_seconds_sum 4e-05\n"));
  EXPECT_THAT(page, HasSubstr("florin_journal_commit_duration_seconds_count 1\n"));
  EXPECT_THAT(page, HasSubstr("florin_journal_batch_bytes_sum 5000\n"));
  EXPECT_THAT(page, HasSubstr("florin_checkpoint_rows_total 100\n"));
  EXPECT_THAT(page, HasSubstr("florin_recovery_duration_seconds 1.5\n"));
}

TEST(Metrics, ShowsRequestsByRouteAndStatusClass) {
  Metrics metrics(1);
  auto& route = metrics.http_route("POST /v1/accounts");
  EXPECT_EQ(&metrics.http_route("POST /v1/accounts"), &route);
  metrics.http_request(route, 201, 2ms);
  metrics.http_request(route, 409, 1ms);
  metrics.http_request(route, 404, 1ms);
  const auto page = metrics.render();
  EXPECT_THAT(
      page,
      HasSubstr("florin_http_requests_total{route=\"POST /v1/accounts\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(
      page,
      HasSubstr("florin_http_requests_total{route=\"POST /v1/accounts\",status=\"4xx\"} 2\n"));
  EXPECT_THAT(
      page,
      HasSubstr("florin_http_request_duration_seconds_count{route=\"POST /v1/accounts\"} 3\n"));
}

TEST(Metrics, KeepsTheNumberOfRoutesBounded) {
  Metrics metrics(1);
  for (int i = 0; i < 1000; ++i)
    metrics.http_request(metrics.http_route("r" + std::to_string(i)), 200, 1ms);
  const auto page = metrics.render();
  EXPECT_THAT(page, HasSubstr("{route=\"r63\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("\"r64\"")));
  EXPECT_THAT(page, HasSubstr("{route=\"other\",status=\"2xx\"} 936\n"));
}

TEST(Metrics, SurvivesStatusAndDurationThatMakeNoSense) {
  Metrics metrics(1);
  auto& route = metrics.http_route("x");
  metrics.http_request(route, 0, -5s);
  metrics.http_request(route, 999, 0s);
  EXPECT_THAT(metrics.render(), HasSubstr("{route=\"x\",status=\"5xx\"} 2\n"));
}

TEST(Metrics, KnowsTheProcess) {
  const auto stats = read_process_stats();
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_GT(stats.resident_bytes, 1'000'000U);
  EXPECT_GE(stats.open_fds, 1U);
  EXPECT_GE(stats.max_fds, stats.open_fds);
  EXPECT_GT(stats.start_time_seconds, now - 86'400);
  EXPECT_LE(stats.start_time_seconds, now + 1);
  std::array<int, 2> fds{};
  ASSERT_EQ(::pipe(fds.data()), 0);
  EXPECT_EQ(read_process_stats().open_fds, stats.open_fds + 2);
  ::close(fds[0]);
  ::close(fds[1]);
}

TEST(Metrics, PassPromtool) {
  if (::access("/usr/bin/promtool", X_OK) != 0) GTEST_SKIP() << "needs the package prometheus";
  Metrics metrics(16);
  metrics.http_request(metrics.http_route("GET /metrics"), 200, 1ms);
  FILE* const promtool = ::popen("/usr/bin/promtool check metrics 2>&1 >&2", "w");
  ASSERT_NE(promtool, nullptr);
  const auto page = metrics.render();
  ::fwrite(page.data(), 1, page.size(), promtool);
  EXPECT_EQ(::pclose(promtool), 0);
}

}  // namespace
}  // namespace florin
