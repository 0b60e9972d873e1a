// Events: the wire number, then the fields of persistence/codec/fields.hpp.
#include "persistence/codec/event_codec.hpp"

#include <array>
#include <type_traits>
#include <utility>

#include "persistence/codec/event_tokens.hpp"
#include "persistence/codec/field_reader.hpp"
#include "persistence/codec/field_writer.hpp"

namespace florin {
namespace codec {
namespace {

// Decodes the fields of one event straight into the variant: an event is ~200 bytes, copies would
// show.
template <std::size_t Index>
void read_fields(FieldReader& in, std::uint64_t size, Event& out) {
  auto& event = out.emplace<Index>();
  with_fields(event, [&](const auto&... field) {
    if (size != sizeof...(field) + 1) return in.fail("(all)", "wrong number of fields");
    (in.value(field.name, field.value), ...);
  });
}

using ReadFields = void (*)(FieldReader&, std::uint64_t, Event&);
template <std::size_t... Index>
constexpr auto make_readers(std::index_sequence<Index...>) {
  return std::array<ReadFields, sizeof...(Index)>{&read_fields<Index>...};
}
constexpr auto readers = make_readers(std::make_index_sequence<std::variant_size_v<Event>>{});

std::string unknown_number(std::uint64_t number) {
  return "event number " + std::to_string(number) + " is unknown: written by a newer version?";
}

}  // namespace

std::string read_event(std::span<const Token> tokens, Event& out, FormatLevel reads) {
  if (tokens.size() < 2 || tokens[0].kind != Token::Kind::array ||
      tokens[1].kind != Token::Kind::positive)
    return "event is not an array that begins with its number";
  const std::size_t place = wire::place_of<Event>(tokens[1].number, reads);
  if (place == wire::no_place) return unknown_number(tokens[1].number);
  FieldReader in(tokens.subspan(2));
  readers[place](in, tokens[0].number, out);
  std::string problem = in.finish();
  if (!problem.empty()) problem = "event " + std::string(event_name(out)) + ": " + problem;
  return problem;
}

}  // namespace codec

std::size_t write_event(std::string& buffer, std::size_t used, const Event& event) {
  codec::ByteSink sink(buffer, used);
  codec::FieldWriter out(sink);
  visit([&](const auto& e) { out.fields(e, wire::number_of<std::remove_cvref_t<decltype(e)>>); },
        event);
  return sink.used();
}

void append_event(std::string& out, const Event& event) {
  out.resize(write_event(out, out.size(), event));
}

Result<Event, Error> decode_event(std::string_view bytes, FormatLevel reads) {
  thread_local codec::TokenList tokens;
  if (const char* reason = codec::tokenize(bytes, tokens); reason != nullptr)
    return Err{Error{Errc::corrupt, std::string("event: ") + reason}};
  Event event;
  if (std::string problem = codec::read_event(tokens.all(), event, reads); !problem.empty())
    return Err{Error{Errc::corrupt, std::move(problem)}};
  return event;
}

}  // namespace florin
