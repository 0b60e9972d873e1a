// Rows as text, and sums counted again from rows by plain arithmetic.
#include "sim/explore/local_text.hpp"

#include "sim/explore/explore_words.hpp"

namespace florin::sim {
namespace {

std::string number(WideMinor value) { return std::to_string(static_cast<long long>(value)); }

void add_account(std::string& out, const AccountState& account) {
  out += " " + account.id.str() + "=" + number(account.available) + "/" + number(account.held) +
         "/" + number(account.incoming) + "/" + number(account.debited_today);
  if (account.frozen) out += " frozen";
  if (account.closed) out += " closed";
}

void add_transfer(std::string& out, const TransferState& transfer) {
  out += " decision " + std::to_string(static_cast<int>(transfer.decision));
  if (transfer.code) out += " " + std::string(to_string(*transfer.code));
  if (transfer.refused_at) out += " refused";  // where is not decided on
  for (const LegPhase& leg : transfer.legs) {
    out += " [" + std::to_string(static_cast<int>(leg.try_status));
    if (leg.try_status == TryStatus::answered) out += explore_text(leg.try_answer);
    out += std::to_string(static_cast<int>(leg.second_phase)) + (leg.out_of_order ? "o]" : "]");
  }
}

void add_leg(std::string& out, const Leg& leg) {
  out += " leg " + std::to_string(leg.key.leg) + " " + explore_text(leg.state) + " " +
         leg.content.account.str() + " " + number(leg.content.amount);
  if (leg.rejection) out += " " + std::string(to_string(*leg.rejection));
}

}  // namespace

std::string rows_text(PartitionState& state, const ExploreSetup& setup) {
  std::string out = "n" + std::to_string(state.last_index());
  std::uint64_t legs_found = 0;
  for (std::size_t i = 0; i < setup.accounts.size(); ++i) {
    if (setup.what.legs[i].partition == state.id())
      if (const AccountState* account = state.account(setup.accounts[i]))
        add_account(out, *account);
    if (const Leg* leg = state.leg({setup.transfer, static_cast<std::uint8_t>(i)})) {
      add_leg(out, *leg);
      ++legs_found;
    }
  }
  if (legs_found != state.leg_count()) out += " legs " + std::to_string(state.leg_count());
  if (const TransferRow* row = state.transfer(setup.transfer)) add_transfer(out, row->state);
  if (state.open_transfer_count() > 1)
    out += " open " + std::to_string(state.open_transfer_count());
  for (const TransferRecord& record : state.ended_records(setup.request.transaction_id)) {
    out += " record " + record.owner.str() + " " + explore_text(record.status);
    if (record.code) out += " " + std::string(to_string(*record.code));
  }
  for (const CurrencySums& sums : state.sums())
    out += " sums " + number(sums.accounts_posted) + " " + number(sums.clearing);
  out += " fence " + std::to_string(state.fence_of(setup.transfer.partition));
  return out;
}

std::string waiters_text(PartitionState& state, const ExploreSetup& setup) {
  const TransferRow* row = state.transfer(setup.transfer);
  if (row == nullptr) return "";
  std::string out = " waiters";
  for (const Waiter& waiter : row->memory.waiters) out += " " + std::to_string(waiter.request());
  return out;
}

std::optional<std::string> books_violation(PartitionState& state) {
  WideMinor posted = 0;
  WideMinor held = 0;
  WideMinor incoming = 0;
  std::optional<std::string> wrong;
  state.for_each_account([&](const AccountState& account) {
    posted += account.posted();
    held += account.held;
    incoming += account.incoming;
    if (account.available < 0 && !account.allow_negative)
      wrong = account.id.str() + " is below zero";
    if (account.held < 0 || account.incoming < 0)
      wrong = account.id.str() + " has reserved less than nothing";
  });
  if (wrong) return wrong;
  WideMinor legs_held = 0;
  WideMinor legs_incoming = 0;
  state.for_each_leg([&](const Leg& leg) {
    const bool debit = leg.content.role == LegRole::debit;
    if (leg.state == LegState::tried) (debit ? legs_held : legs_incoming) += leg.content.amount;
    const TransferRow* transfer = state.transfer(leg.key.transfer);
    // A saga's debit keeps room for its own return until the saga ends.
    if (leg.state == LegState::confirmed && debit && transfer != nullptr &&
        transfer->state.protocol == Protocol::saga)
      legs_incoming += leg.content.amount;
  });
  if (held != legs_held)
    return "held " + number(held) + ", but tried legs hold " + number(legs_held);
  if (incoming != legs_incoming)
    return "incoming " + number(incoming) + ", but legs have reserved " + number(legs_incoming);
  for (const CurrencySums& sums : state.sums()) {
    if (sums.accounts_posted + sums.clearing != 0) return std::string("the books do not balance");
    if (sums.accounts_posted != posted)
      return "accounts sum to " + number(posted) + ", the books say " +
             number(sums.accounts_posted);
  }
  return std::nullopt;
}

}  // namespace florin::sim
