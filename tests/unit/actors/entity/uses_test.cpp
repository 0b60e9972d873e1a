// A handler is held to what it declares: of a toy that does everything, each thing that it has not declared is an objection.
// The handlers of the product are held to theirs in every test that uses ActorKit.
#include "actors/entity/uses.hpp"

#include <gtest/gtest.h>

#include "tests/support/strict_context.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;
using Objections = std::vector<std::string>;

// A turn that does nothing.
class IdleTurn final : public ActorContext {
 public:
  [[nodiscard]] Timestamp now() const override { return noon; }
  [[nodiscard]] Position current_position() const override { return {}; }
  Position emit(const Event&) override { return {}; }
  void tell(PartitionId, Message&&) override {}
  void reply(Reply&&) override {}
  void tell_end(const ActorId&, Reply&&) override {}
  void call_outside(OutsideCall&&) override {}
  void alarm(std::string_view, LegKey) override {}
};

// A partition in which nobody is reserved, and nothing is open.
struct IdleNeighbours {
  [[nodiscard]] PartitionId partition() const { return 0; }
  bool ask(const LegKey&, const IsReserved&) const { return false; }
  std::size_t ask(OwnPartition, const OpenTransferCount&) const { return 0; }
};

const Event opened = AccountOpened{.account = alice, .currency = usd, .metadata = {}};
const Event froze = AccountFrozen{alice, "why"};

template <class Answers>
void do_everything(EntityContext<Answers> context) {
  static_cast<void>(context.now());
  static_cast<void>(context.clocks());
  context.note_clock();
  context.emit(opened);
  context.emit(froze);
  context.tell(1, ConfirmLeg{});
  context.tell(1, CancelLeg{});
  context.reply({});
  context.answer(Waiter(ActorId{}), {});
  context.call_outside({});
  context.alarm("something", {});
  static_cast<void>(context.ask(LegKey{}, IsReserved{}));
  static_cast<void>(context.ask(OpenTransferCount{}));
}

template <class HandlerUses>
Objections objections_to() {
  IdleTurn turn;
  StrictWatch watch;
  StrictContexts<IdleNeighbours> contexts(IdleNeighbours{}, turn, watch);
  do_everything(contexts.of<HandlerUses>());
  return watch.objections;
}

using AllEffects = Uses<ReadsTime, JudgesDeadlines, Emits<AccountOpened, AccountFrozen>,
                        Tells<ConfirmLeg, CancelLeg>, Replies, CallsOutside, Alarms>;

TEST(HandlerUses, WhatIsDeclaredMayBeDone) {
  EXPECT_EQ((objections_to<Uses<AllEffects, Asks<IsReserved, OpenTransferCount>>>()), Objections{});
}

TEST(HandlerUses, NothingElseMay) {
  EXPECT_EQ(
      objections_to<Uses<>>(),
      (Objections{"reads the time", "reads clocks", "notes the clock", "emits " + text(opened),
                  "emits " + text(froze), "tells " + text(Message(ConfirmLeg{})),
                  "tells " + text(Message(CancelLeg{})), "replies", "answers an actor",
                  "calls outside", "alarms", "asks", "asks"}));
}

TEST(HandlerUses, OfOneKindOfEventMessageAndQuestionAllowNoOther) {
  EXPECT_EQ((objections_to<Uses<ReadsTime, JudgesDeadlines, Replies, CallsOutside, Alarms,
                                Emits<AccountOpened>, Tells<ConfirmLeg>, Asks<IsReserved>>>()),
            (Objections{"emits " + text(froze), "tells " + text(Message(CancelLeg{})), "asks"}));
}

}  // namespace
}  // namespace florin
