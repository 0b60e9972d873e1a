// Lines and words of a plan. Each field is listed once, for writing and for reading.
#include "sim/plan/plan_file.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "base/limits.hpp"

namespace florin::sim {
namespace {

// visit(name, field) for every number of the options.
template <class Options, class Visit>
void each_option(Options& o, Visit&& visit) {
  visit("seed", o.seed);
  visit("nodes", o.nodes);
  visit("partitions", o.partitions);
  visit("accounts_per_partition", o.accounts_per_partition);
  visit("currencies", o.currencies);
  visit("turn_messages_max", o.host.turn_messages_max);
  visit("turns_in_flight_max", o.host.turns_in_flight_max);
  visit("checkpoint_interval_us", o.host.checkpoint_interval_us);
  visit("checkpoint_dirty_max", o.host.checkpoint_dirty_max);
  visit("resident_accounts_max", o.partition.resident_accounts_max);
  visit("open_transfers_max", o.partition.open_transfers_max);
  visit("turn_read_rows_max", o.partition.turn_read_rows_max);
  visit("same_id_rows_max", o.partition.same_id_rows_max);
  visit("long_reads_max", o.partition.long_reads_max);
  visit("round_reads_max", o.host.round_reads_max);
  visit("try_timeout_us", o.partition.try_timeout_us);
  visit("resend_after_us", o.partition.resend_after_us);
  visit("fence_interval_us", o.partition.fence_interval_us);
  visit("records_per_epoch", o.partition.dedup.records_per_epoch);
  visit("filter_log2", o.partition.dedup.records.filter_log2_max);
  visit("records_waiting", o.partition.dedup.records.waiting_max);
  visit("index_row", o.partition.dedup.records.row_entries_max);
  visit("tag_bits", o.partition.dedup.index.tag_bits);
  visit("inbox_messages_max", o.inbox_messages_max);
  visit("waiting_reads_max", o.waiting_reads_max);
  visit("segment_bytes", o.segment_bytes);
  visit("block_bytes_max", o.block_bytes_max);
  visit("wake_delay_max", o.wake_delay_max);
  visit("fsync_min", o.fsync_min);
  visit("fsync_max", o.fsync_max);
  visit("checkpoint_write_max", o.checkpoint_write_max);
  visit("delay_min", o.network.delay_min);
  visit("delay_max", o.network.delay_max);
  visit("loss_permille", o.network.loss_permille);
  visit("duplicate_permille", o.network.duplicate_permille);
  visit("hour_late_permille", o.network.hour_late_permille);
  visit("clock_skew_max", o.clock_skew_max);
  visit("begins_us", o.begins_us);
  visit("replication", o.replication);
  visit("consensus_tick", o.consensus_tick);
  visit("tick_skew_permille", o.tick_skew_permille);
  visit("log_kept", o.log_kept);
  visit("tail_bytes", o.tail_bytes);
  visit("piece_bytes", o.piece_bytes);
  visit("frame_bytes_full", o.frame_bytes_full);
  visit("entries_uncommitted_max", o.entries_uncommitted_max);
  visit("transfers_permille", o.hand_overs_permille);
  visit("round_crash_permille", o.round_crash_permille);
  visit("election_ticks", o.election_ticks);
  visit("vote_crash_permille", o.vote_crash_permille);
  visit("vote_delay_max", o.vote_delay_max);
  visit("handover_max", o.handover_max);
  visit("meta_group", o.meta_group);
  visit("spares", o.spares);
  visit("limit_bursts", o.limit_bursts);
  visit("turn_bytes_soft", o.partition.turn_bytes_soft);
  visit("round_bytes_soft", o.round_bytes_soft);
  visit("late_by", o.network.late_by);
  visit("actions", o.actions);
  visit("faults", o.faults);
  visit("safety_time", o.safety_time);
  visit("liveness_time_max", o.liveness_time_max);
  visit("events_max", o.events_max);
  visit("clock_offset_max_us", o.host.clock_offset_max_us);
  visit("reconfigured_permille", o.reconfigured_permille);
  visit("upgraded_permille", o.upgraded_permille);
  visit("checkouts", o.checkouts);
}

template <class SomeFault, class Visit>
void each_field(SomeFault& f, Visit&& visit) {
  visit("at", f.at);
  visit("node", f.node);
  visit("other", f.other);
  visit("length", f.length);
  visit("amount", f.amount);
}

template <class SomeCommand, class Visit>
void each_part(SomeCommand& c, Visit&& visit) {
  visit("at", c.at);
  visit("node", c.node);
  visit("times", c.times);
  visit("every", c.every);
}

template <class SomeAction, class Visit>
void each_shop_number(SomeAction& a, Visit&& visit) {
  visit("at", a.at);
  visit("checkout", a.checkout);
  visit("order", a.order);
  visit("amount", a.amount);
  visit("fee", a.fee);
  visit("expires", a.expires);
  visit("patience", a.patience);
  visit("attempts", a.attempts);
  visit("key", a.key);
}

template <class SomeAction, class Visit>
void each_number(SomeAction& a, Visit&& visit) {
  visit("at", a.at);
  visit("amount", a.amount);
  visit("id", a.transaction);
  visit("deadline", a.deadline);
  visit("patience", a.patience);
  visit("attempts", a.attempts);
}

// --- reading -------------------------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  Result<RunPlan, Error> read(std::string_view text) {
    while (!text.empty() && !error_) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      ++number_;
      line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!error_ && plan_.workload.accounts.empty()) wrong("a plan needs accounts");
    if (!error_) check_nodes();
    if (error_) return Err{Error{Errc::corrupt, *error_}};
    std::ranges::stable_sort(plan_.faults.faults, {}, &Fault::at);
    std::ranges::stable_sort(plan_.workload.actions, {}, &Action::at);
    std::ranges::stable_sort(plan_.workload.shop, {}, &ShopAction::at);
    set_up_payments(plan_.options);
    std::ranges::stable_sort(plan_.members.commands, {}, &MemberCommand::at);
    return std::move(plan_);
  }

 private:
  void wrong(const std::string& what) {
    if (!error_) error_ = name_ + ":" + std::to_string(number_) + ": " + what;
  }

  void line(std::string_view text) {
    words_.clear();
    while (true) {
      const std::size_t begin = text.find_first_not_of(" \t\r");
      if (begin == std::string_view::npos || text[begin] == '#') break;
      text.remove_prefix(begin);
      const std::size_t end = std::min(text.find_first_of(" \t\r"), text.size());
      words_.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
    if (words_.empty()) return;
    next_ = 1;
    if (words_[0] == "option")
      option();
    else if (words_[0] == "currency")
      currency();
    else if (words_[0] == "account")
      account();
    else if (words_[0] == "fault")
      fault();
    else if (words_[0] == "command")
      command();
    else if (words_[0] == "action")
      action();
    else if (words_[0] == "shop")
      shop();
    else
      wrong("unknown word '" + words_[0] + "'");
    if (!error_ && next_ < words_.size()) wrong("'" + words_[next_] + "' is too much");
  }

  std::string word() {
    if (next_ < words_.size()) return words_[next_++];
    wrong("the line ends too early");
    return {};
  }

  template <class T>
  void number(T& into) {
    const std::string text = word();
    T value{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size())
      return wrong("'" + text + "' is no number for here");
    into = value;
  }

  template <class T>
  void named(std::string_view name, T& into) {
    if (const std::string found = word(); found != name)
      return wrong("'" + std::string(name) + "' expected");
    number(into);
  }

  void option() {
    const std::string name = word();
    bool found = false;
    each_option(plan_.options, [&](std::string_view known, auto& field) {
      if (name != known) return;
      found = true;
      number(field);
    });
    if (name == "tick_ms") {
      std::int64_t ticks = 0;
      number(ticks);
      plan_.options.host.tick = std::chrono::milliseconds(ticks);
    } else if (!found) {
      wrong("no option is named '" + name + "'");
    }
  }

  void currency() {
    const std::string code = word();
    if (code.size() != 3) return wrong("a currency has three letters");
    plan_.workload.currencies.push_back(code);
  }

  void account() {
    SimAccount account;
    account.id = word();
    account.currency = word();
    named("partition", account.partition);
    int allow_negative = 0;
    named("allow_negative", allow_negative);
    account.allow_negative = allow_negative != 0;
    named("daily_limit", account.daily_debit_limit);
    if (next_ < words_.size()) named("metadata", account.metadata_bytes);
    if (account.partition >= plan_.options.partitions) return wrong("no such partition");
    accounts_[account.id] = static_cast<std::uint32_t>(plan_.workload.accounts.size());
    plan_.workload.accounts.push_back(account);
  }

  void fault() {
    const std::string kind = word();
    Fault fault;
    bool found = false;
    for (std::size_t k = 0; k < fault_kinds; ++k) {
      if (to_string(static_cast<FaultKind>(k)) != kind) continue;
      fault.kind = static_cast<FaultKind>(k);
      found = true;
    }
    if (!found) return wrong("no fault is named '" + kind + "'");
    each_field(fault, [this](std::string_view name, auto& field) { named(name, field); });
    plan_.faults.faults.push_back(fault);
  }

  void command() {
    const std::string kind = word();
    MemberCommand command;
    const auto* const known = std::ranges::find_if(
        all_member_command_kinds, [&](MemberCommandKind k) { return to_string(k) == kind; });
    if (known == all_member_command_kinds.end()) return wrong("no command is named '" + kind + "'");
    command.kind = *known;
    each_part(command, [this](std::string_view name, auto& field) { named(name, field); });
    plan_.members.commands.push_back(command);
  }

  std::uint32_t known_account() {
    const std::string id = word();
    const auto found = accounts_.find(id);
    if (found != accounts_.end()) return found->second;
    wrong("no account is named '" + id + "'");
    return 0;
  }

  std::uint32_t known_currency() {
    const std::string code = word();
    const auto currency = std::ranges::find(plan_.workload.currencies, code);
    if (currency == plan_.workload.currencies.end()) wrong("no currency is named '" + code + "'");
    return static_cast<std::uint32_t>(currency - plan_.workload.currencies.begin());
  }

  void shop() {
    const std::string kind = word();
    ShopAction action;
    const auto* const known = std::ranges::find_if(
        all_shop_action_kinds, [&](ShopActionKind k) { return to_string(k) == kind; });
    if (known == all_shop_action_kinds.end()) return wrong("no shop does '" + kind + "'");
    action.kind = *known;
    action.seller = known_account();
    action.buyer = known_account();
    action.currency = known_currency();
    each_shop_number(action, [this](std::string_view name, auto& field) { named(name, field); });
    plan_.workload.shop.push_back(action);
  }

  void action() {
    const std::string kind = word();
    Action action;
    const auto* const known =
        std::ranges::find_if(all_action_kinds, [&](ActionKind k) { return to_string(k) == kind; });
    if (known == all_action_kinds.end()) return wrong("no action is named '" + kind + "'");
    action.kind = *known;
    action.account = known_account();
    action.other = known_account();
    action.currency = known_currency();
    const std::string protocol = word();
    if (protocol != "tcc" && protocol != "saga") return wrong("the protocol is tcc or saga");
    action.protocol = protocol == "saga" ? Wire::saga : Wire::tcc;
    each_number(action, [this](std::string_view name, auto& field) { named(name, field); });
    if (action.kind == ActionKind::transaction) postings(action);
    plan_.workload.actions.push_back(action);
  }
  // What the first one says is so, whatever the line begins with.
  void postings(Action& transaction) {
    std::size_t count = 0;
    named("postings", count);
    if (count < 2 || count > limits::postings_max)
      return wrong("a transaction has 2 to 8 postings");
    for (; count > 0 && !error_; --count) {
      ActionPosting posting{known_party(), known_party(), 0};
      number(posting.amount);
      if (posting.from == posting.to) return wrong("a posting has two sides");
      transaction.postings.push_back(posting);
    }
    if (!error_) settle(transaction);
  }
  std::uint32_t known_party() {
    if (next_ >= words_.size() || words_[next_] != "@outside") return known_account();
    ++next_;
    return ActionPosting::outside;
  }

  void check_nodes() {
    const std::uint32_t nodes = plan_.options.nodes;
    if (nodes == 0) wrong("a plan needs nodes");
    if (plan_.options.replication + plan_.options.spares > nodes) wrong("more replicas than nodes");
    for (const MemberCommand& command : plan_.members.commands)
      if (command.node >= nodes)
        wrong("a command names a node that is not there: " + to_string(command));
    for (const Fault& fault : plan_.faults.faults)
      if (fault.node >= nodes || fault.other > nodes)
        wrong("a fault names a node that is not there: " + to_string(fault));
  }

  const std::string& name_;
  RunPlan plan_;
  std::map<std::string, std::uint32_t> accounts_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
  std::size_t number_ = 0;
  std::optional<std::string> error_;
};

}  // namespace

std::string write_plan(const RunPlan& plan, const RunReport& report) {
  std::string text =
      "# A run of florin-sim; replay it with: ./dev sim --replay THIS_FILE --trace\n# " +
      std::string(to_string(report.outcome));
  if (report.outcome != Outcome::ok)
    text += " " + report.checker + ": " + report.what.substr(0, report.what.find('\n'));
  text += "\n\n";
  const auto add = [&text](std::string_view name, auto value) {
    text.append(" ").append(name).append(" ").append(std::to_string(value));
  };
  each_option(plan.options, [&](std::string_view name, auto value) {
    text += "option";
    add(name, value);
    text += "\n";
  });
  text += "option tick_ms " + std::to_string(plan.options.host.tick.count()) + "\n\n";
  const Workload& work = plan.workload;
  for (const std::string& code : work.currencies) text += "currency " + code + "\n";
  for (const SimAccount& account : work.accounts) {
    text += "account " + account.id + " " + account.currency;
    add("partition", account.partition);
    add("allow_negative", account.allow_negative ? 1 : 0);
    add("daily_limit", account.daily_debit_limit);
    if (account.metadata_bytes != 0) add("metadata", account.metadata_bytes);
    text += "\n";
  }
  text += "\n";
  for (const Fault& fault : plan.faults.faults) {
    text += "fault " + std::string(to_string(fault.kind));
    each_field(fault, add);
    text += "\n";
  }
  for (const MemberCommand& command : plan.members.commands) {
    text += "command " + std::string(to_string(command.kind));
    each_part(command, add);
    text += "\n";
  }
  text += "\n# action KIND ACCOUNT OTHER CURRENCY PROTOCOL ...\n";
  for (const Action& action : work.actions) {
    text += "action " + std::string(to_string(action.kind)) + " " +
            work.accounts.at(action.account).id + " " + work.accounts.at(action.other).id + " " +
            work.currencies.at(action.currency) +
            (action.protocol == Wire::saga ? " saga" : " tcc");
    each_number(action, add);
    if (!action.postings.empty()) add("postings", action.postings.size());
    for (const ActionPosting& p : action.postings)
      add(party_name(work, p.from) + " " + party_name(work, p.to), p.amount);
    text += "\n";
  }
  for (const ShopAction& action : work.shop) {
    text += "shop " + std::string(to_string(action.kind)) + " " +
            work.accounts.at(action.seller).id + " " + work.accounts.at(action.buyer).id + " " +
            work.currencies.at(action.currency);
    each_shop_number(action, add);
    text += "\n";
  }
  return text;
}

Result<RunPlan, Error> read_plan(std::string_view text, const std::string& name) {
  return Reader(name).read(text);
}

}  // namespace florin::sim
