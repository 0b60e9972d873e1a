// Steps over whole msgpack values without looking into them.
#include "persistence/codec/skip.hpp"

#include <array>
#include <cstdint>

namespace florin::codec {
namespace {

// How a value that begins with this byte goes on: `fixed` bytes in all before content, the last
// `count` bytes of which say how much content (bytes, or values in an array) there is; `items`:
// values, given.
struct Shape {
  std::uint8_t fixed = 0;  // 0 = a type that we never write
  std::uint8_t count = 0;
  std::uint8_t items = 0;
  bool counts_items = false;
};

constexpr std::array<Shape, 256> make_shapes() {
  std::array<Shape, 256> shapes{};
  const auto set = [&](int first, int last, Shape shape) {
    for (int byte = first; byte <= last; ++byte) shapes[static_cast<std::size_t>(byte)] = shape;
  };
  set(0x00, 0x7f, {.fixed = 1});  // small integers
  set(0xe0, 0xff, {.fixed = 1});
  set(0xc2, 0xc3, {.fixed = 1});  // false, true
  for (std::uint8_t items = 0; items < 16; ++items)
    set(0x90 + items, 0x90 + items, {.fixed = 1, .items = items});  // small arrays
  for (std::uint8_t size = 0; size < 32; ++size)                    // short text
    set(0xa0 + size, 0xa0 + size, {.fixed = static_cast<std::uint8_t>(1 + size)});
  for (int power = 0; power < 4; ++power) {
    const auto width = static_cast<std::uint8_t>(1 << power);
    set(0xcc + power, 0xcc + power, {.fixed = static_cast<std::uint8_t>(1 + width)});  // unsigned
    set(0xd0 + power, 0xd0 + power, {.fixed = static_cast<std::uint8_t>(1 + width)});  // signed
    if (power == 3) break;
    const Shape sized{.fixed = static_cast<std::uint8_t>(1 + width), .count = width};
    set(0xc4 + power, 0xc4 + power, sized);  // binary
    set(0xd9 + power, 0xd9 + power, sized);  // text
  }
  set(0xdc, 0xdc, {.fixed = 3, .count = 2, .counts_items = true});  // arrays
  set(0xdd, 0xdd, {.fixed = 5, .count = 4, .counts_items = true});
  return shapes;
}
constexpr std::array<Shape, 256> shapes = make_shapes();

constexpr bool is_array(const Shape& shape, std::uint8_t lead) {
  return shape.counts_items || (lead & 0xf0) == 0x90;
}

// Big-endian number of `width` bytes before `end`.
std::uint64_t number_before(const char* end, std::uint8_t width) {
  std::uint64_t value = 0;
  for (const char* at = end - width; at != end; ++at)
    value = value << 8 | static_cast<std::uint8_t>(*at);
  return value;
}

}  // namespace

bool open_array(std::string_view& bytes, std::size_t& size) {
  if (bytes.empty()) return false;
  const auto lead = static_cast<std::uint8_t>(bytes[0]);
  const Shape& shape = shapes[lead];
  if (!is_array(shape, lead) || bytes.size() < shape.fixed) return false;
  bytes.remove_prefix(shape.fixed);
  size = shape.counts_items ? number_before(bytes.data(), shape.count) : shape.items;
  return true;
}

std::string_view take_value(std::string_view& bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  for (std::uint64_t values = 1; values > 0; --values) {
    if (at == end) return {};
    const Shape& shape = shapes[static_cast<std::uint8_t>(*at)];
    if (shape.fixed == 0 || static_cast<std::size_t>(end - at) < shape.fixed) return {};
    at += shape.fixed;
    values += shape.items;
    if (shape.count == 0) continue;
    const std::uint64_t content = number_before(at, shape.count);
    if (content > static_cast<std::uint64_t>(end - at)) return {};  // an item has a byte, too
    if (shape.counts_items) {
      values += content;
    } else {
      at += content;
    }
  }
  const std::string_view value(bytes.data(), static_cast<std::size_t>(at - bytes.data()));
  bytes.remove_prefix(value.size());
  return value;
}

}  // namespace florin::codec
