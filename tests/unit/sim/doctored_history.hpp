// A hand-made history for one checker: the test says what a client asked and heard, what became durable and
// what was told, and looks whether the checker objects.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "actors/partition/partition.hpp"
#include "cluster/partition_map.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/ports/sim_state_store.hpp"

namespace florin::sim {

// Two partitions; account 0 (p0) pays account 1 (p1), 30 minor units under id 7.
class DoctoredHistory : public testing::Test {
 protected:
  DoctoredHistory() {
    options_.partitions = 2;
    workload_.currencies = {"USD"};
    workload_.accounts = {{.id = "payer", .currency = "USD", .partition = 0},
                          {.id = "payee", .currency = "USD", .partition = 1}};
    workload_.actions = {transfer(30)};
  }

  static Action transfer(std::int64_t amount) {
    Action action;
    action.kind = ActionKind::transfer;
    action.account = 0;
    action.other = 1;
    action.amount = amount;
    action.transaction = 7;
    return action;
  }
  // Under the same id, from `from` to `to`: numbers of accounts, or ActionPosting::outside.
  static Action transaction(std::vector<ActionPosting> postings) {
    Action action = transfer(0);
    action.kind = ActionKind::transaction;
    action.postings = std::move(postings);
    settle(action);
    return action;
  }
  static Action question(ActionKind kind) {
    Action action = transfer(8);
    action.kind = kind;
    if (kind != ActionKind::read_transfer) action.transaction = 0;
    return action;
  }

  // A client asks; the number names the request.
  std::uint32_t ask(const Action& action) {
    operations_.push_back(
        {static_cast<std::uint32_t>(operations_.size()), action, 0, std::nullopt});
    return ask_again(operations_.back().number);
  }
  std::uint32_t ask_again(std::uint32_t number) {
    ++operations_[number].attempts;
    checker().on_request(operations_[number], 0);
    return number;
  }
  static Answer answer(Verdict verdict, LogIndex index, std::uint8_t code = 0,
                       bool replayed = false) {
    Answer answer;
    answer.verdict = verdict;
    answer.code = code;
    answer.replayed = replayed;
    answer.position = {index, 0, 0};
    return answer;
  }
  void hear(std::uint32_t number, Answer answer) {
    answer.attempt = operations_[number].attempts - 1;
    checker().on_answer(operations_[number], answer);
  }

  // One entry of partition p; its index is the next one.
  void log(PartitionId p, std::vector<Event> events, PartitionState* follower = nullptr) {
    DecodedEntry entry;
    entry.header.partition = p;
    entry.header.index = ++last_index_[p];
    entry.header.time = {now_us_};
    entry.events = std::move(events);
    checker().on_events(entry, follower == nullptr ? nobody_.state() : *follower);
  }

  Checker& checker() {
    if (!checker_) checker_ = make();
    return *checker_;
  }
  virtual std::unique_ptr<Checker> make() = 0;
  void expect_fine() { EXPECT_EQ(checker().violation(), std::nullopt); }
  void expect_wrong(const std::string& part) {
    ASSERT_TRUE(checker().violation()) << "not noticed: " << part;
    EXPECT_NE(checker().violation()->find(part), std::string::npos) << *checker().violation();
  }

  SimOptions options_;
  Workload workload_;
  RunView run_{options_, workload_};
  std::vector<Operation> operations_;
  std::map<PartitionId, LogIndex> last_index_;
  std::int64_t now_us_ = 0;  // the time of the next entries
  PartitionMap map_{2};
  SimStateStore store_;
  Partition nobody_{0, map_, store_, {}};  // a follower that knows nothing

 private:
  std::unique_ptr<Checker> checker_;
};

inline AccountId payer() { return AccountId::from_trusted("payer"); }
inline AccountId payee() { return AccountId::from_trusted("payee"); }
inline Currency dollars() { return {{'U', 'S', 'D'}}; }
inline Uuid id_seven() {
  Uuid id;
  id.bytes[15] = 7;
  return id;
}
// The transfer that DoctoredHistory asks for: its TransferStarted is the first event of p0's first entry.
inline const TransferId the_transfer{1, 0, 0};
inline LegKey leg(std::uint8_t number) { return {the_transfer, number}; }
inline TransferStarted started(Minor amount = 30, Protocol protocol = Protocol::tcc) {
  TransferStarted event;
  event.transaction_id = id_seven();
  event.owner = payer();
  event.protocol = protocol;
  event.currency = dollars();
  event.legs = {{payer(), 0, LegRole::debit, amount}, {payee(), 1, LegRole::credit, amount}};
  return event;
}
// The payer is given 50, and pays 30 on: legs 0 and 1 are debits, 2 and 3 credits.
inline const std::vector<ActionPosting> two_postings{{ActionPosting::outside, 0, 50}, {0, 1, 30}};
inline TransferStarted started_transaction() {
  TransferStarted event = started();
  const AccountId outside = AccountId::from_trusted("@outside:USD");
  event.legs = {{outside, 0, LegRole::debit, 50},
                {payer(), 0, LegRole::debit, 30},
                {payer(), 0, LegRole::credit, 50},
                {payee(), 1, LegRole::credit, 30}};
  return event;
}
inline LegContent content(std::uint8_t number, Minor amount = 30) {
  return {number == 0 ? payer() : payee(),
          number == 0 ? payee() : payer(),
          id_seven(),
          amount,
          dollars(),
          number == 0 ? LegRole::debit : LegRole::credit};
}
inline TransferDecided decided(Decision decision) {
  return {the_transfer, decision, std::nullopt, 255, {}};
}
inline CancelDecided refused(Rejection code) {
  return {the_transfer, code, TransferDecided::no_leg, {}};
}

}  // namespace florin::sim
