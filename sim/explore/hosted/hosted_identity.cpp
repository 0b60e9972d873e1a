// Worlds that behave alike have one identity: moments are told by how far ahead they are, and what no decision looks at is left
// out.
#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>

#include "sim/explore/hosted/hosted_world.hpp"

namespace florin::sim {
namespace {

class IdentityWriter {
 public:
  explicit IdentityWriter(Timestamp now) : now_(now) { text_.reserve(1'024); }
  std::string take() { return std::move(text_); }

  void put(const std::string& text) {
    number(text.size());
    text_ += text;
  }
  void put(const PaymentId& id) { put(id.str()); }
  void put(const AccountId& id) { put(id.str()); }
  void put(const Currency& currency) { text_ += currency.view(); }
  // Only whether it is one: positions are names.
  void put(const Position& at) { number(at.is_none() ? 0 : 1); }
  // What has come has come.
  void put(Timestamp at) {
    number(at.is_none() ? 0 : at <= now_ ? 1 : 2);
    if (!at.is_none() && at > now_) number(static_cast<std::uint64_t>(at.us - now_.us));
  }
  template <class T>
  void put(const std::vector<T>& all) {
    number(all.size());
    for (const T& one : all) put(one);
  }
  template <class T, std::size_t N>
  void put(const std::array<T, N>& all) {
    for (const T& one : all) put(one);
  }
  template <class K, class V>
  void put(const std::map<K, V>& all) {
    number(all.size());
    for (const auto& [key, value] : all) put(key), put(value);
  }
  template <class A, class B>
  void put(const std::pair<A, B>& both) {
    put(both.first);
    put(both.second);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    number(value ? 1 : 0);
    if (value) put(*value);
  }
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>)
      number(static_cast<std::uint64_t>(value));
    else
      std::apply([this](const auto&... field) { (put(field), ...); }, T::fields(value));
  }

 private:
  void number(std::uint64_t value) {
    std::array<char, 10> bytes;
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7U) bytes[size++] = static_cast<char>(value | 0x80U);
    bytes[size++] = static_cast<char>(value);
    text_.append(bytes.data(), size);
  }

  Timestamp now_;
  std::string text_;
};

// Numbers of calls, reads and credits matter by their distance from the newest one.
struct Newest {
  std::uint32_t closes = 0, reads = 0, credits = 0;
};

OrderState essence(const OrderState& order, Timestamp now, const Newest& newest) {
  OrderState copy = order;
  copy.history.clear();
  copy.changed = {};
  copy.begun_at = {};
  copy.call.key.clear();
  copy.call.request.clear();
  copy.call.sends = 0;
  copy.call.put_offs = 0;
  // How old a key is counts up to the age at which it is not sent any more.
  if (!copy.call.maybe_since.is_none()) {
    const std::int64_t age =
        std::min(now.us - copy.call.maybe_since.us, hosted_key_life - key_margin_us);
    copy.call.maybe_since = now + (age + 1);
  }
  if (copy.call.psp_expires_at < now + hosted_page_life) copy.call.psp_expires_at = {};
  if (copy.call.operation == OrderOperation::expiry)
    copy.call.number = newest.closes - copy.call.number;
  copy.closes = copy.closes == 0 ? 0 : 1;
  copy.read.heard = newest.reads - copy.read.heard;
  copy.read.begun = 0;
  copy.read.failures = std::min<std::uint32_t>(copy.read.failures, 1);
  copy.credit_number = copy.credit_number == 1 ? 1 : 2;
  return copy;
}

}  // namespace

std::string identity_of(const HostedWorld& world) {
  const Newest newest{world.order.closes, world.order.read.begun, world.order.credit_number};
  IdentityWriter writer(world.now);
  writer.put(essence(world.order, world.now, newest));
  for (const CheckoutState& checkout : world.checkouts) {
    writer.put(checkout.phase);
    writer.put(checkout.attempt);
    writer.put(checkout.changed_at + 1'000'000);
    for (const CheckoutOrder& one : checkout.orders) writer.put(std::pair(one.hold, one.word));
  }
  std::vector<HostedPacket> packets = world.packets;
  for (HostedPacket& packet : packets) {
    const bool is_read = packet.what == HostedWhat::read || packet.what == HostedWhat::read_answer;
    // Behind a newer read that was heard all are alike.
    if (is_read)
      packet.number = packet.number <= world.order.read.heard && packet.number < newest.reads
                          ? UINT32_MAX
                          : newest.reads - packet.number;
    if (packet.operation == OrderOperation::expiry) packet.number = newest.closes - packet.number;
    // Of a call that has left again all answers to earlier ones are alike.
    packet.send = packet.send == world.order.call.sends ? 1 : 0;
    const bool is_credit = packet.what == HostedWhat::credit ||
                           packet.what == HostedWhat::credit_answer ||
                           packet.what == HostedWhat::post;
    if (is_credit && packet.flow == LedgerFlow::out_of_suspense)
      packet.number = std::min<std::uint32_t>(newest.credits - packet.number, 2);
  }
  std::ranges::sort(packets);
  for (const HostedPacket& p : packets) {
    writer.put(p.what), writer.put(p.checkout), writer.put(p.attempt), writer.put(p.operation);
    writer.put(p.number), writer.put(p.send), writer.put(p.flow), writer.put(p.reply),
        writer.put(p.word);
    writer.put(p.is_refused), writer.put(p.outcome), writer.put(p.status), writer.put(p.declines);
    writer.put(p.has_payment), writer.put(p.is_stored), writer.put(p.is_unreadable);
    writer.put(p.is_lie), writer.put(p.verdict), writer.put(p.is_late);
    writer.put(p.is_twice), writer.put(p.is_orphan);
  }
  const HostedProvider& provider = world.provider;
  writer.put(provider.registration), writer.put(provider.page), writer.put(provider.pages);
  writer.put(provider.intent), writer.put(provider.declines), writer.put(provider.captures);
  writer.put(provider.lies);
  if (provider.page == HostedProvider::Page::open) writer.put(provider.ends_at);
  for (const auto& [number, kept] : provider.closes)
    writer.put(std::pair(newest.closes - number, kept));
  // Of what was refused only the newest can come again as itself.
  for (const auto& [step, refused] : world.credits)
    if (!refused || step.second + 2 > newest.credits || step.first != LedgerFlow::out_of_suspense)
      writer.put(std::pair(std::pair(step.first, step.first == LedgerFlow::out_of_suspense
                                                     ? newest.credits - step.second
                                                     : step.second),
                           refused));
  writer.put(world.entries), writer.put(world.is_frozen), writer.put(world.may_cancel);
  writer.put(world.acts_left), writer.put(world.hints), writer.put(world.left.duplications);
  writer.put(world.left.losses), writer.put(world.left.crashes);
  return writer.take();
}

}  // namespace florin::sim
