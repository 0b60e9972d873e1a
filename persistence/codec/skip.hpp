// Finding a value inside msgpack bytes without decoding those before it: a statement reads single
// postings out of entries that may hold 50,000 events. Knows lengths only; what is found is decoded
// by the strict readers. Never reads beyond the bytes. Private to persistence/codec.
#pragma once

#include <cstddef>
#include <string_view>

namespace florin::codec {

// Takes the header of an array off the front. False: there is no whole one.
bool open_array(std::string_view& bytes, std::size_t& size);

// Takes one value off the front, nested ones whole. Empty: there is no whole one.
std::string_view take_value(std::string_view& bytes);

}  // namespace florin::codec
