// The API's table of routes.
#pragma once

#include <string>
#include <string_view>

#include "apps/florin_psp/core/calls.hpp"

namespace florin::sandbox {

struct Route {
  std::string_view method;
  std::string_view pattern;    // "/v1/refunds/{id}"
  std::string_view operation;  // its name: what a fault's rule means
  Operation run;
};

struct Routed {
  const Route* route = nullptr;  // nullptr: refused, see below
  std::string id;
  std::string allowed;  // methods of the path, "GET, POST"; empty: there is no such path
};

Routed find_route(std::string_view method, std::string_view path);

// The order that a call is about: by metadata of the object that it names, or that it makes; empty: none.
std::string order_of_call(const State& state, const std::string& id, const Form& form);

}  // namespace florin::sandbox
