// Events: facts, past tense. THE STORAGE FORMAT: a released event is never changed, only joined by a new
// one (docs/FORMATS.md, golden files). Each entry of a partition's log holds the events of one turn.
//
// Each concept declares its own, with their wire numbers, and lists them in a variant; Event is all of them, flat. The
// concepts AccountEvent, TransferEvent, LegEvent, WalletEvent, LedgerEvent and MembershipEvent say of which list a type is.
//
// Double entry: every event that moves posted money names the debited and the credited side, both in the
// same partition; `clearing` is that partition's clearing account of the currency.
//
// Whoever visits events names them all. Of a concept whose events it treats differently it names each; a concept of which it
// has nothing to say it may name as a whole: `[](const AccountEvent auto&) {}`, with the reason beside it. Never both for the
// same concept: a new event would be taken by the second without anybody having thought of it (tools/lint looks for that).
#pragma once

#include <string_view>

#include "base/joined_variant.hpp"
#include "domain/account/account_events.hpp"
#include "domain/command_source.hpp"
#include "domain/ledger/ledger_events.hpp"
#include "domain/membership/membership_events.hpp"
#include "domain/own_event.hpp"
#include "domain/payment/checkout/checkout_events.hpp"
#include "domain/payment/key/payment_key_events.hpp"
#include "domain/payment/order/order_events.hpp"
#include "domain/transfer/leg_events.hpp"
#include "domain/transfer/transfer_events.hpp"
#include "domain/wallet/wallet_events.hpp"

namespace florin {

// The order means nothing outside a process: what is written is the wire number of each.
using AnyEvent = JoinedVariant<AnyAccountEvent, AnyTransferEvent, AnyLegEvent, AnyMembershipEvent,
                               AnyWalletEvent, AnyLedgerEvent, AnyOrderEvent, AnyCheckoutEvent,
                               AnyPaymentKeyEvent>;
class Event : public OneOf<AnyEvent> {
 public:
  using OneOf::OneOf;
};
template <>
const AlternativeOps& OneOf<AnyEvent>::ops_of(std::size_t place);

// Of a partition's entities. In the log of the meta group there are none.
template <class E>
concept PartitionEvent = AccountEvent<E> || TransferEvent<E> || LegEvent<E> || WalletEvent<E> ||
    LedgerEvent<E> || OwnEvent<E>;

// What a command of `source` leads to is logged with it; what follows from no command is left as it is.
Event commanded(Event event, const CommandSource& source);
// The first version of what has a second one: for those who do not look at whose it was.
Event without_source(const Event& event);

// Lower snake-case name of the event's type, as in logs and `florin replay`: "transfer_posted".
std::string_view event_name(const Event& event) noexcept;

}  // namespace florin

template <>
struct std::variant_size<florin::Event> : std::variant_size<florin::Event::Any> {};
template <std::size_t I>
struct std::variant_alternative<I, florin::Event>
    : std::variant_alternative<I, florin::Event::Any> {};
