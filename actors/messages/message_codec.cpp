// Messages and replies: the wire number, then the fields of message_fields.hpp. An alternative
// without a list of fields there does not compile.
#include "actors/messages/message_codec.hpp"

#include <array>
#include <memory>
#include <type_traits>
#include <utility>

#include "actors/messages/message_fields.hpp"
// after the descriptions that they use
#include "persistence/codec/field_reader.hpp"
#include "persistence/codec/field_writer.hpp"

namespace florin {
namespace {

using codec::FieldReader;
using codec::FieldWriter;

// --- the few values that are sent in another form than they are kept in --------------------------------

template <class T>
const T& to_wire(const T& value) {
  return value;
}
codec::TransferViewsOnWire to_wire(const TransferViews& views) {
  codec::TransferViewsOnWire wire;
  for (const TransferState& open : views.open) wire.open.push_back({open.id, open});
  for (const TransferRecord& ended : views.ended)
    wire.ended.push_back({ended.transaction_id, ended.owner, ended});
  wire.more = views.more;
  wire.notes = views.notes;
  return wire;
}

template <class T>
void read_body(FieldReader& in, T& out) {
  in.value("body", out);
}
void read_body(FieldReader& in, TransferViews& out) {
  codec::TransferViewsOnWire wire;
  in.value("body", wire);
  for (auto& open : wire.open) {
    if (open.state.legs.empty()) return in.fail("legs", "a transfer has none");
    out.open.push_back(std::move(open.state));
    out.open.back().id = open.id;
  }
  for (auto& ended : wire.ended) {
    out.ended.push_back(std::move(ended.record));
    out.ended.back().transaction_id = ended.transaction_id;
    out.ended.back().owner = ended.owner;
  }
  out.more = wire.more;
  out.notes = std::move(wire.notes);
}
template <class T>
void read_body(FieldReader& in, std::unique_ptr<T>& out) {
  out = std::make_unique<T>();
  read_body(in, *out);
}

template <class T>
const T& pointed_at(const T& value) {
  return value;
}
template <class T>
const T& pointed_at(const std::unique_ptr<T>& value) {
  FLORIN_ASSERT(value != nullptr, "a reply without its body");
  return *value;
}

// --- one table of readers for each variant -------------------------------------------------------------

// Reads the fields of one message behind its kind; `size` counts the kind as well.
template <std::size_t Index>
void read_message_fields(FieldReader& in, std::uint64_t size, Message& out) {
  codec::with_fields(out.emplace<Index>(), [&](const auto&... field) {
    if (size != sizeof...(field) + 1) return in.fail("message", "wrong number of fields");
    (in.value(field.name, field.value), ...);
  });
}
template <std::size_t Index>
void read_reply_body(FieldReader& in, ReplyBody& out) {
  read_body(in, out.emplace<Index>());
}

template <std::size_t... Index>
constexpr auto make_message_readers(std::index_sequence<Index...>) {
  using Read = void (*)(FieldReader&, std::uint64_t, Message&);
  return std::array<Read, sizeof...(Index)>{&read_message_fields<Index>...};
}
template <std::size_t... Index>
constexpr auto make_reply_readers(std::index_sequence<Index...>) {
  using Read = void (*)(FieldReader&, ReplyBody&);
  return std::array<Read, sizeof...(Index)>{&read_reply_body<Index>...};
}
constexpr auto message_readers =
    make_message_readers(std::make_index_sequence<std::variant_size_v<Message>>{});
constexpr auto reply_readers =
    make_reply_readers(std::make_index_sequence<std::variant_size_v<ReplyBody>>{});

// Of the alternative that follows; what is unknown fails the reader.
template <class Variant>
std::size_t read_place(FieldReader& in, const char* name, FormatLevel reads) {
  const std::uint64_t number = in.unsigned_integer(name, 1, wire::Numbers<Variant>::highest);
  const std::size_t place = wire::place_of<Variant>(number, reads);
  if (in.ok() && place == wire::no_place) in.fail(name, "unknown: sent by a newer version?");
  return place;
}

void read_message(FieldReader& in, Message& out, FormatLevel reads) {
  const std::uint64_t size = in.list("message");
  const std::size_t place = read_place<Message>(in, "kind of message", reads);
  if (in.ok()) message_readers[place](in, size, out);
}

void read_reply(FieldReader& in, Reply& out, FormatLevel reads) {
  in.array("reply", 5);
  const std::size_t place = read_place<ReplyBody>(in, "kind of reply", reads);
  in.value("request", out.request);
  in.value("position", out.position);
  in.value("subject", out.subject);
  if (in.ok()) reply_readers[place](in, out.body);
}

// A batch: `head` reads what stands before the items, one for each `read_item`.
template <class Head, class Item>
Status<Error> read_batch(const char* name, std::string_view bytes, std::uint32_t format,
                         std::size_t head_fields, Head head, Item read_item) {
  thread_local codec::TokenList tokens;
  std::string problem;
  if (const char* reason = codec::tokenize(bytes, tokens); reason != nullptr) {
    problem = reason;
  } else {
    FieldReader in(tokens.all());
    const std::size_t size = in.list("batch");
    if (size < head_fields) in.fail("batch", "too few fields");
    (void)in.unsigned_integer("version", format, format);
    head(in);
    for (std::size_t item = head_fields; item < size && in.ok(); ++item) read_item(in);
    problem = in.finish();
  }
  if (problem.empty()) return Unit{};
  return Err{Error{Errc::corrupt, std::string(name) + " from a peer: " + problem}};
}

}  // namespace

void encode_messages(std::string& into, PartitionId to, std::span<const Message> messages) {
  codec::ByteSink sink(into, into.size());
  FieldWriter out(sink);
  out.array(2 + messages.size());
  out.integer(message_format_version);
  out.integer(to);
  for (const Message& message : messages)
    visit([&](const auto& m) { out.fields(m, wire::number_of<std::remove_cvref_t<decltype(m)>>); },
          message);
  into.resize(sink.used());
}

void encode_replies(std::string& into, std::span<const Reply> replies) {
  codec::ByteSink sink(into, into.size());
  FieldWriter out(sink);
  out.array(1 + replies.size());
  out.integer(reply_format_version);
  for (const Reply& reply : replies) {
    out.array(5);
    out.integer(wire::number_of_value(reply.body));
    out.value(reply.request);
    out.value(reply.position);
    out.value(reply.subject);
    visit([&](const auto& body) { out.value(to_wire(pointed_at(body))); }, reply.body);
  }
  into.resize(sink.used());
}

Result<MessageBatch, Error> decode_messages(std::string_view bytes, FormatLevel reads) {
  MessageBatch batch;
  FLORIN_TRY_VOID(read_batch(
      "messages", bytes, message_format_version, 2,
      [&](FieldReader& in) { in.value("to", batch.to); },
      [&](FieldReader& in) { read_message(in, batch.messages.emplace_back(), reads); }));
  return batch;
}

Result<std::vector<Reply>, Error> decode_replies(std::string_view bytes, FormatLevel reads) {
  std::vector<Reply> replies;
  FLORIN_TRY_VOID(read_batch(
      "replies", bytes, reply_format_version, 1, [](FieldReader&) {},
      [&](FieldReader& in) { read_reply(in, replies.emplace_back(), reads); }));
  return replies;
}

}  // namespace florin
