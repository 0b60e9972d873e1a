// Which events end a transfer, and how.
#include "domain/transfer/transfer_end.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace florin {
namespace {

template <std::size_t... I>
std::vector<std::string> names_of_ends(std::index_sequence<I...>) {
  std::vector<std::string> names;
  const auto look = [&](const Event& event) {
    if (ending_of(event)) names.emplace_back(event_name(event));
  };
  (look(Event(std::in_place_index<I>)), ...);
  return names;
}

TEST(TransferEnding, IsTheseEventsOnly) {
  EXPECT_EQ(names_of_ends(std::make_index_sequence<std::variant_size_v<Event>>()),
            (std::vector<std::string>{"transfer_posted", "transfer_refused", "transfer_refused_v2",
                                      "transfer_completed", "transfer_cancelled"}));
}

TEST(TransferEnding, OfTheLocalProtocolNamesNoOpenTransfer) {
  TransferRefused refused;
  refused.code = Rejection::account_closed;
  EXPECT_EQ(ending_of(TransferPosted{}),
            (TransferEnding{TransferStatus::completed, std::nullopt, std::nullopt}));
  for (const Event& event : {Event(refused), Event(SidedRefusal{refused, RefusedSide::to})})
    EXPECT_EQ(ending_of(event),
              (TransferEnding{TransferStatus::refused, Rejection::account_closed, std::nullopt}));
}

TEST(TransferEnding, OfADistributedOneNamesIt) {
  const TransferId id{7, 1, 2};
  EXPECT_EQ(ending_of(TransferCompleted{id}),
            (TransferEnding{TransferStatus::completed, std::nullopt, id}));
  EXPECT_EQ(ending_of(TransferCancelled{id, Rejection::deadline_passed, {}, {}, {}}),
            (TransferEnding{TransferStatus::cancelled, Rejection::deadline_passed, id}));
}

}  // namespace
}  // namespace florin
