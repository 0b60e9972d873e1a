// One hosted order, its checkouts, the provider and its payer, the seller's wallet and the ledger, and what is under way between
// them, as one value. The real decide and evolve of order and checkout run; the rest is a model of what it may do at worst.
//
// Moves: one packet is delivered (and perhaps stays under way, or the process dies before or behind the entry that it leads to); one
// becomes late: it comes at any time from then on, or never; the provider does with a call what it may; the payer acts; the client
// cancels; the seller is thawed; a process dies; and when nothing else is under way, time passes to the next moment that
// anybody minds.
//
// Left out, and why nothing is lost by it: a process that dies takes with it what comes of its calls, and the input that it was
// at work on; messages between partitions are asked for again by those who owe them, so to lose one is a loss. Wallet and ledger
// do each step once, and say again what they did: their own crashes are losses of their answers. Time passes beside what is
// late only: a message that takes its time is one that time waits for. What only people read (history, numbers of tries
// that no decision looks at, moments that have passed) is not part of a state.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/payment/checkout/checkout_decide.hpp"
#include "domain/payment/order/order_decide.hpp"
#include "sim/explore/hosted/hosted_case.hpp"

namespace florin::sim {

enum class HostedWhat : std::uint8_t {
  reserve,
  release,
  begin,
  order_reply,  // to a checkout
  call,         // to the provider, or the risk service
  call_answer,
  read,
  read_answer,
  credit,  // to the seller's wallet
  credit_answer,
  post,  // to the ledger
  post_answer,
  word,  // to the checkout
  word_heard,
  hint,
  cancel,
};
inline constexpr std::array hosted_what_names{"reserve", "release",       "begin", "order_reply",
                                              "call",    "call_answer",   "read",  "read_answer",
                                              "credit",  "credit_answer", "post",  "post_answer",
                                              "word",    "word_heard",    "hint",  "cancel"};

struct HostedPacket {
  HostedWhat what = HostedWhat::reserve;
  std::uint8_t checkout = 0;  // which one
  std::uint32_t attempt = 0;  // of it
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
  std::uint32_t send = 0;  // of a call and its answer
  LedgerFlow flow = LedgerFlow::sale;
  OrderReply reply = OrderReply::none;
  OrderWord word = OrderWord::nothing;
  bool is_refused = false;  // of a credit
  // Of an answer, what the provider says.
  PspOutcome outcome = PspOutcome::ok;
  PspStatus status = PspStatus::none;
  std::uint8_t declines = 0;
  bool has_payment = false;
  bool is_stored = false;
  bool is_unreadable = false;
  bool is_lie = false;
  std::uint8_t verdict = 0;  // of the risk service
  bool is_late = false;
  bool is_twice = false;   // of a call: its one send has left twice
  bool is_orphan = false;  // of a call: whoever made it has died, and hears nothing
  auto operator<=>(const HostedPacket&) const = default;
};

// What the provider has of the order: by its rules, in a few bytes.
struct HostedProvider {
  enum class Registration : std::uint8_t {
    unknown,
    made,
    failed
  };  // failed: a 500 is kept under the key
  enum class Page : std::uint8_t { none, open, complete, expired };
  Registration registration = Registration::unknown;
  Page page = Page::none;
  std::uint8_t pages = 0;              // made, ever
  PspStatus intent = PspStatus::none;  // none: nobody has begun to pay
  std::uint8_t declines = 0;
  std::uint8_t captures = 0;
  std::map<std::uint32_t, std::uint8_t>
      closes;             // what is kept under the keys of closes: 1 done, 2 failed
  std::uint8_t lies = 0;  // so far
  Timestamp ends_at;      // of the page, by itself: what was asked for
};

struct HostedWorld {
  OrderState order;
  std::vector<CheckoutState> checkouts;
  Timestamp now;
  std::vector<HostedPacket> packets;  // sorted
  HostedProvider provider;
  // The wallet: attempts by flow and number, true: refused.
  std::map<std::pair<LedgerFlow, std::uint32_t>, bool> credits;
  std::array<std::uint8_t, 4> entries{};  // of the ledger, by flow
  bool is_frozen = false;
  bool may_cancel = false;
  std::vector<std::uint8_t> acts_left;  // by the acts of the case
  std::uint8_t hints = 0;               // webhooks that were sent
  HostedBudget left;
};

struct HostedMove {
  // stray: messages of attempts that are over come late, to an order that has begun: Reserve and Release of other
  // checkouts', Begin of its own.
  enum class Kind : std::uint8_t { deliver, late, act, cancel, thaw, die, stray, time };
  enum class How : std::uint8_t {
    well,
    stays,        // it comes again
    dies_before,  // the entry was not durable
    dies_behind,  // it was, and nothing of it has left
    // of a call at the provider
    not_sent,
    failed_before,  // 500, kept; nothing done
    failed_behind,  // 500, kept; done
    failed_once,    // 503, not kept
    busy,
    throttled,
    unreadable,
    denied,  // of the risk service: no
    lies,    // as the case says, once
  };
  Kind kind = Kind::deliver;
  How how = How::well;
  std::uint16_t at = 0;  // place of the packet, or of the act
};

// Cells of the state table that were met: phase x input.
using HostedCells = std::array<std::array<std::uint64_t, order_input_count>, order_phase_count>;

class HostedRules {
 public:
  explicit HostedRules(HostedCase explored);

  [[nodiscard]] HostedWorld initial(HostedBudget budget);
  [[nodiscard]] std::vector<HostedMove> moves(const HostedWorld& world) const;
  // Makes the move; what is wrong with it, or with the world behind it; empty: nothing.
  std::string make(HostedWorld& world, const HostedMove& move);
  // Nothing happens any more by itself: what must be true then.
  [[nodiscard]] std::string check_end(const HostedWorld& world) const;
  // Where only people can help, time may pass for ever.
  [[nodiscard]] static bool may_rest(const HostedWorld& world);
  [[nodiscard]] std::string words_of(const HostedWorld& world, const HostedMove& move) const;
  [[nodiscard]] const HostedCells& cells() const { return cells_; }

 private:
  [[nodiscard]] OrderContext context(const HostedWorld& world) const;
  void to_order(HostedWorld& world, const OrderNews& news, const HostedPacket& from,
                HostedMove::How how);
  void to_checkout(HostedWorld& world, std::uint8_t which, const CheckoutNews& news,
                   const HostedPacket& from, HostedMove::How how);
  void leave(HostedWorld& world, const OrderSteps& steps);
  void leave(HostedWorld& world, std::uint8_t which, const CheckoutSteps& steps);
  void deliver(HostedWorld& world, const HostedPacket& packet, HostedMove::How how);
  void at_provider(HostedWorld& world, const HostedPacket& call, HostedMove::How how);
  void at_wallet(HostedWorld& world, const HostedPacket& packet);
  void at_ledger(HostedWorld& world, const HostedPacket& packet);
  void act(HostedWorld& world, PayerAct act);
  void stray(HostedWorld& world);
  void hint(HostedWorld& world);
  void pass_time(HostedWorld& world);
  [[nodiscard]] std::optional<Timestamp> next_time(const HostedWorld& world) const;
  void note_cells(const HostedWorld& world, const OrderNews& news);
  [[nodiscard]] PspAnswerSeen heard(const HostedPacket& answer) const;
  [[nodiscard]] std::string check(const HostedWorld& world) const;
  void wrong(std::string what) {
    if (violation_.empty()) violation_ = std::move(what);
  }

  HostedCase case_;
  HostedCells cells_{};
  std::string violation_;
};

// All of a world that anybody's behaviour follows from, as bytes; equal for worlds that behave alike.
std::string identity_of(const HostedWorld& world);

inline constexpr const char* hosted_page = "cs_1";
inline constexpr const char* hosted_other_page = "cs_2";  // of a lie

// Of the policy of an exploration: how far times reach that are compared with now.
inline constexpr std::int64_t hosted_minute = 60'000'000;
inline constexpr std::int64_t hosted_key_life = 66 * hosted_minute;  // sent for 6 minutes
inline constexpr std::int64_t hosted_page_life = 10 * hosted_minute;

}  // namespace florin::sim
